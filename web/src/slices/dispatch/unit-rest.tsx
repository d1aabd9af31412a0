// Between two incidents: what the unit is, since when, and what it may say; what is open elsewhere.
import { useSignal } from '@preact/signals'
import { ms, shortTime, time } from '../../kernel/clock'
import { useDevice } from '../../kernel/device'
import { t, word } from '../../kernel/i18n'
import { Glyph, Sym } from '../../look/symbols'
import { shortNumber } from '../intake/number'
import type { StandardsApi } from '../intake/standards'
import { actsOf, type Status } from './acts'
import { lookOf, nextStatuses } from './rows'
import { Said, useSaid } from './said'
import { ShareSwitch } from './unit-share'
import type { Trip } from './use-trip'
import type { IncidentRow } from './views'

type Props = {
  own: string
  trip: Trip
  standards: StandardsApi
  open: readonly IncidentRow[]
  onChange: (() => void) | undefined
}

export function AtRest({ own, trip, standards, open, onChange }: Props) {
  const device = useDevice()
  const acts = actsOf(device)
  const said = useSaid()
  const why = useSignal(false)
  const { unit } = trip
  const say = (to: Status, reason?: string) => {
    why.value = false
    const at = time(new Date().toISOString())
    void said.after(
      acts.status(own, to, 'button', undefined, reason),
      t('said.status', { unit: own, status: word('status', to), at }),
    )
  }
  if (!unit)
    return (
      <main class="rest">
        <h1>{trip.known ? t('trip.no-such', { unit: own }) : t('desk.loading')}</h1>
        {onChange ? (
          <button type="button" class="btn touch" onClick={onChange}>
            {t('trip.other')}
          </button>
        ) : null}
      </main>
    )
  const { glyph, hue } = lookOf(unit.status)
  return (
    <main class="rest">
      <section aria-label={t('trip.state')}>
        <h1>{t(unit.status === 'returning' ? 'trip.on-way-home' : 'trip.no-incident')}</h1>
        <p class="state" data-s={hue}>
          <Glyph name={glyph} /> {word('status', unit.status)}{' '}
          <span class="quiet">{t('trip.since', { at: shortTime(ms(unit.since)) })}</span>
        </p>
      </section>
      <div class="say" role="group" aria-label={t('trip.say')}>
        {nextStatuses({ status: unit.status }).map((to, n) => (
          <button
            type="button"
            key={to}
            class={n === 0 && unit.status !== 'ready' ? 'btn touch main' : 'btn touch'}
            onClick={() => (to === 'out-of-service' ? (why.value = true) : say(to))}
          >
            {word('report', to)}
          </button>
        ))}
      </div>
      {why.value ? <Why onDone={(reason) => (reason ? say('out-of-service', reason) : (why.value = false))} /> : null}
      <ShareSwitch />
      {open.length ? (
        <section aria-label={t('desk.incidents')}>
          <h2>{t('desk.open-count', { n: open.length })}</h2>
          <ul class="others-open">
            {open.slice(0, 8).map((row) => (
              <li key={row.incident}>
                <Sym kind={standards.letterOf(row.type)} size="s" {...(row.exercise && { look: 'drill' as const })} />
                <b>{row.number ? shortNumber(row.number) : t('incident.new')}</b>
                <span class="cut">
                  {[row.type ? standards.nameOf(row.type) : t('incident.untyped'), row.place]
                    .filter(Boolean)
                    .join(' · ')}
                </span>
              </li>
            ))}
          </ul>
        </section>
      ) : null}
      {onChange ? (
        <button type="button" class="btn touch bare" onClick={onChange}>
          {t('trip.other')}
        </button>
      ) : null}
      <Said said={said} skip={undefined} />
    </main>
  )
}

/** One line of reason before a unit is off the run. */
export function Why({ onDone }: { onDone(reason: string | undefined): void }) {
  const text = useSignal('')
  return (
    <form
      class="why-out"
      onSubmit={(event) => {
        event.preventDefault()
        if (text.value.trim()) onDone(text.value.trim())
      }}
    >
      <label class="field">
        <span>{t('unit.why-out')}</span>
        <input class="input l" value={text.value} onInput={(event) => (text.value = event.currentTarget.value)} />
      </label>
      <button type="submit" class="btn touch" disabled={!text.value.trim()}>
        {word('report', 'out-of-service')}
      </button>
      <button type="button" class="btn touch bare" onClick={() => onDone(undefined)}>
        {t('do.back')}
      </button>
    </form>
  )
}
