// The way to other screens: one quiet button with the name of this one; language, theme and sign-out behind it too.
import { useSignal } from '@preact/signals'
import { useEffect, useRef } from 'preact/hooks'
import { useDevice } from '../../kernel/device'
import { type Language, language, setLanguage, t } from '../../kernel/i18n'
import { useKeys } from '../../kernel/keys'
import { follow, path } from '../../kernel/router'
import { openTo, screenAt, screens } from '../../kernel/screens'
import { type Choice, choice, chooseTheme } from '../../kernel/theme'
import { Choices } from '../../look/choices'
import { Icon, Key } from '../../look/symbols'

/** `O` opens it, a number goes there, `Esc` closes. */
export function Menu() {
  const device = useDevice()
  const open = useSignal(false)
  const box = useRef<HTMLDivElement>(null)
  const button = useRef<HTMLButtonElement>(null)
  const roles = device.session.value?.roles ?? []
  const here = screenAt(screens.value, path.value)
  const list = screens.value.filter((screen) => openTo(screen, roles))
  const close = (back: boolean) => {
    open.value = false
    if (back) button.current?.focus()
  }
  const step = (by: number) => {
    const links = [...(box.current?.querySelectorAll<HTMLElement>('a, .btn') ?? [])]
    const next = links[(links.indexOf(document.activeElement as HTMLElement) + by + links.length) % links.length]
    next?.focus()
  }
  useKeys({ o: () => (open.value = true) })
  useKeys(
    {
      Escape: () => close(true),
      o: () => close(true),
      ArrowDown: () => step(1),
      ArrowUp: () => step(-1),
      ...Object.fromEntries(
        list
          .slice(0, 9)
          .map((_, n) => [
            String(n + 1),
            () => box.current?.querySelectorAll<HTMLElement>('li > a:first-child')[n]?.click(),
          ]),
      ),
    },
    open.value,
  )
  useEffect(() => {
    if (!open.value) return
    box.current?.querySelector('a')?.focus()
    const away = (event: Event) => {
      const to = event.target as Node
      if (!box.current?.contains(to) && !button.current?.contains(to)) open.value = false
    }
    addEventListener('pointerdown', away)
    return () => removeEventListener('pointerdown', away)
  }, [open.value])
  useEffect(() => {
    open.value = false
  }, [path.value])
  return (
    <nav class="menu-of-screens" aria-label={t('desk.screens')}>
      <button
        ref={button}
        type="button"
        class="btn bare"
        aria-expanded={open.value}
        aria-controls="screens"
        onClick={() => (open.value = !open.value)}
      >
        <Icon name="list" /> <b>{t(here?.words ?? 'desk.title')}</b>
        {list.map((screen) => screen.mark && <screen.mark key={screen.path} />)}
      </button>
      {open.value ? (
        <div class="sheet" id="screens" ref={box}>
          <ul>
            {list.map((screen, n) => (
              <li key={screen.path}>
                <a
                  href={screen.path}
                  onClick={follow}
                  {...(screen.path === here?.path && { 'aria-current': 'page' as const })}
                >
                  <Key>{String(n + 1)}</Key> {t(screen.words)}
                </a>
                {screen.note ? <screen.note /> : null}
              </li>
            ))}
          </ul>
          <div>
            <Choices
              label={t('settings.language')}
              value={language.value}
              of={[
                ['id', 'Indonesia'],
                ['en', 'English'],
              ]}
              onPick={(next) => void setLanguage(next as Language)}
            />
            <Choices
              label={t('settings.theme')}
              value={choice.value}
              of={(['device', 'dark', 'light', 'sun'] as const).map((one) => [one, t(`theme.${one}`)])}
              onPick={(next) => chooseTheme(next as Choice)}
            />
          </div>
          <footer>
            <button type="button" class="btn" onClick={() => void device.signOut()}>
              {t('desk.sign-out')} {device.session.value?.name}
            </button>
          </footer>
        </div>
      ) : null}
    </nav>
  )
}
