// Help: the keys of the desk, language, theme and sign-out, in a sheet over the right column, never over map or list.
import { useDevice } from '../../kernel/device'
import { type Language, language, setLanguage, type Text, t } from '../../kernel/i18n'
import { useKeys } from '../../kernel/keys'
import { type Choice, choice, chooseTheme } from '../../kernel/theme'
import { Choices } from '../../look/choices'
import { Key } from '../../look/symbols'

const KEYS: readonly (readonly [string, Text])[] = [
  ['N', 'keys.new'],
  ['1', 'keys.type'],
  ['C', 'keys.find'],
  ['Enter', 'keys.send'],
  ['U', 'keys.change'],
  ['key.space', 'keys.next'],
  ['/', 'keys.command'],
  ['J', 'keys.note'],
  ['E', 'keys.edit'],
  ['X', 'keys.close'],
  ['M', 'keys.more'],
  ['P', 'keys.call'],
  ['S', 'keys.finished'],
  ['R', 'keys.road'],
  ['F', 'keys.filter'],
  ['A', 'keys.alarm'],
  ['Y', 'keys.yes'],
  ['O', 'keys.screens'],
  ['T', 'keys.theme'],
  ['L', 'keys.language'],
  ['Esc', 'keys.back'],
  ['?', 'keys.this'],
]

export function KeysSheet({ onClose }: { onClose(): void }) {
  const device = useDevice()
  useKeys({ Escape: onClose, '?': onClose })
  return (
    <section class="sheet keys-sheet" aria-label={t('keys.title')}>
      <header>{t('keys.title')}</header>
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
        <dl>
          {KEYS.map(([key, text]) => (
            <>
              <dt>
                <kbd>{key === '1' ? '1–9' : key === 'key.space' ? t('key.space') : key}</kbd>
              </dt>
              <dd>{t(text)}</dd>
            </>
          ))}
        </dl>
      </div>
      <footer>
        <button type="button" class="btn" onClick={() => void device.signOut()}>
          {t('desk.sign-out')} {device.session.value?.name}
        </button>
        <button type="button" class="btn" onClick={onClose}>
          {t('do.close')} <Key>Esc</Key>
        </button>
      </footer>
    </section>
  )
}
