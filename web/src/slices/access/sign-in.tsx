// Sign-in: who is on duty here. Refusals say what happened, since when, and the next step.
import { useSignal } from '@preact/signals'
import { useEffect, useMemo, useRef } from 'preact/hooks'
import { now, shortTime, zoneName } from '../../kernel/clock'
import { useDevice } from '../../kernel/device'
import { type Language, language, setLanguage, t } from '../../kernel/i18n'
import { type Choice, choice, chooseTheme } from '../../kernel/theme'
import type { Refusal } from '../../kernel/words'
import { Choices } from '../../look/choices'
import { Glyph, Icon } from '../../look/symbols'

export function SignIn() {
  const device = useDevice()
  const refused = useSignal<Refusal | undefined>(undefined)
  const away = useSignal(false)
  const busy = useSignal(false)
  const shown = useSignal(false)
  const name = useRef<HTMLInputElement>(null)
  const password = useRef<HTMLInputElement>(null)
  const standing = device.standing.value
  const waiting = device.outbox.unsent.value.length

  useEffect(() => {
    document.title = `${t('sign-in.title')} · Siaga`
    name.current?.focus()
  }, [language.value])

  async function submit(event: Event) {
    event.preventDefault()
    if (busy.value) return
    busy.value = true
    refused.value = undefined
    try {
      const answer = await device.signIn(name.current?.value.trim() ?? '', password.current?.value ?? '')
      away.value = false
      if ('refusal' in answer) {
        refused.value = answer.refusal
        password.current?.select()
      }
    } catch {
      away.value = true
    } finally {
      busy.value = false
    }
  }

  const lost = standing.is === 'away' || away.value
  return (
    <div class="gate">
      <header class="top">
        <b>Siaga</b>
        <div class="end">
          <span class="link" data-s={lost ? 'watch' : ''}>
            {lost ? <Icon name="off" /> : <Glyph name="dot" hue="scene" />}
            <b>{t(lost ? 'line.unreachable' : 'line.connected')}</b>
          </span>
          <span class="wall">{shortTime(now.value)}</span>
          <span class="faint">{zoneName.value}</span>
        </div>
      </header>
      <main>
        <form class="half" onSubmit={submit}>
          <h1>{t('sign-in.heading')}</h1>
          {standing.is === 'out' && standing.ended ? (
            <div class="note" role="status">
              <Icon name="clock" />
              <b>{t('sign-in.ended')}</b>
              {waiting ? <span>{t('sign-in.kept', { n: waiting })}</span> : null}
            </div>
          ) : null}
          {refused.value ? <Refused refusal={refused.value} /> : null}
          {lost ? (
            <div class="note" data-s="watch" role="alert">
              <Icon name="off" />
              <b>{t('sign-in.away')}</b>
              <span>{t('sign-in.away-next')}</span>
            </div>
          ) : null}
          <label class="field">
            <span>{t('sign-in.name')}</span>
            <input
              class="input l"
              ref={name}
              name="name"
              autocomplete="username"
              autocapitalize="none"
              spellcheck={false}
              required
            />
          </label>
          <div class="field">
            <label for="password">{t('sign-in.password')}</label>
            <span class="input l boxed">
              <input
                id="password"
                ref={password}
                name="password"
                {...(shown.value ? { type: 'text' as const } : { type: 'password' as const })}
                autocomplete="current-password"
                required
              />
              <button
                type="button"
                class="end"
                aria-pressed={shown.value}
                onClick={() => {
                  shown.value = !shown.value
                }}
              >
                {t(shown.value ? 'sign-in.hide' : 'sign-in.show')}
              </button>
            </span>
          </div>
          <button type="submit" class="btn main" aria-busy={busy.value}>
            {t('sign-in.do')}
          </button>
          <p class="hint">{t('sign-in.forgot')}</p>
        </form>
      </main>
      <footer class="foot">
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
      </footer>
    </div>
  )
}

function Refused({ refusal }: { refusal: Refusal }) {
  // The node says how long; people want the hour. Taken once, so that it does not move.
  const seconds = Number(refusal.facts.seconds)
  const until = useMemo(() => (seconds > 0 ? now.peek() + seconds * 1000 : undefined), [refusal])
  return (
    <div class="note" data-s="watch" role="alert">
      <Icon name="hand" />
      <b>{refusal.reason || t('sign-in.wrong')}</b>
      {until !== undefined ? <span>{t('sign-in.locked-until', { at: shortTime(until) })}</span> : null}
    </div>
  )
}
