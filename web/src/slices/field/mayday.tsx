// MAYDAY: a band nobody can overlook, what is known, the open steps first, the rescue crew, and its end.
import { useSignal } from '@preact/signals'
import { ms, now, shortTime, span } from '../../kernel/clock'
import { number, t } from '../../kernel/i18n'
import { Icon } from '../../look/symbols'
import { here, openMaydays } from './figures'
import type { AlarmRow, Board, Crew, Mayday } from './rows'
import { crewName, nameOfCrew, personName, sectorName, useScene } from './scene'

/** The step that sends a rescue crew in: it names the crew. */
export const RESCUE = 'rescue-crew'

const whom = (row: Board, one: Mayday) =>
  one.crew ? nameOfCrew(row, one.crew) : one.sector ? sectorName(row, one.sector) : ''

export function MaydayBands({ alarms, onTake }: { alarms: readonly AlarmRow[]; onTake(alarm: AlarmRow): void }) {
  const { row, open } = useScene()
  const running = openMaydays(row)
  return (
    <>
      {running.map((one, at) => {
        const alarm = alarms.find((each) => each.kind === 'mayday' && each.alarm.includes(one.mayday))
        return (
          <section key={one.mayday} class={at ? 'may small' : 'may'} role="alert">
            <span class="beat" aria-hidden="true" />
            <button type="button" class="what" onClick={() => open(`mayday/${one.mayday}`)}>
              <h1>MAYDAY {whom(row, one)}</h1>
              <p>{said(row, one, alarm)}</p>
            </button>
            {alarm && !alarm.taken_at ? (
              <button type="button" class="btn touch" onClick={() => onTake(alarm)}>
                {t('alarm.take')}
              </button>
            ) : null}
            <div class={at ? 'clock' : 'clock xl'} aria-live="off">
              {span(now.value - ms(one.at))}
            </div>
          </section>
        )
      })}
    </>
  )
}

function said(row: Board, one: Mayday, alarm: AlarmRow | undefined): string {
  const crew = row.crews.find((each) => each.crew === one.crew)
  return [
    one.person ? personName(one.person) : crew ? t('field.people-n', { n: crew.inside.length || crew.people }) : '',
    one.sector ? sectorName(row, one.sector) : '',
    one.where ?? '',
    alarm?.taken_at ? t('field.taken', { at: shortTime(alarm.taken_at) }) : '',
  ]
    .filter(Boolean)
    .join(' · ')
}

/** What stands in the side column while it runs: what is known, and the steps, open ones first. */
export function MaydayPanel({ mayday }: { mayday: Mayday }) {
  const { std, open, acts, pending } = useScene()
  const done = new Map(mayday.steps.map((step) => [step.step, step]))
  const steps = [...std.maydaySteps].sort((a, b) => Number(done.has(a.id)) - Number(done.has(b.id)))
  return (
    <>
      <div class="head">
        <h2>{t('field.mayday-news')}</h2>
        {acts ? (
          <button type="button" class="btn bare end" onClick={() => open(`mayday/${mayday.mayday}`)}>
            <Icon name="edit" /> {t('field.complete-it')}
          </button>
        ) : null}
      </div>
      <News mayday={mayday} />
      <div class="head rule">
        <h2>{t('field.steps')}</h2>
        <span class="end">{t('field.steps-of', { n: done.size, of: std.maydaySteps.length })}</span>
      </div>
      <div class={pending(mayday.mayday) ? 'pending' : ''}>
        {steps.map((step) => (
          <Step key={step.id} mayday={mayday} step={step} />
        ))}
      </div>
    </>
  )
}

function News({ mayday }: { mayday: Mayday }) {
  const { row, std } = useScene()
  const unknown = <span class="faint">{t('field.not-known')}</span>
  return (
    <dl class="luna">
      <dt>{t('field.where')}</dt>
      <dd>
        {[mayday.sector ? sectorName(row, mayday.sector) : '', mayday.where].filter(Boolean).join(', ') || unknown}
      </dd>
      <dt>{t('field.crew-word')}</dt>
      <dd>{mayday.crew ? nameOfCrew(row, mayday.crew) : unknown}</dd>
      <dt>{t('field.who')}</dt>
      <dd>{mayday.person ? personName(mayday.person) : unknown}</dd>
      <dt>{t('field.air')}</dt>
      <dd>{mayday.bar === null ? unknown : `${number(mayday.bar)} bar`}</dd>
      <dt>{t('field.needs')}</dt>
      <dd>{std.needName(mayday.need)}</dd>
    </dl>
  )
}

function Step({ mayday, step }: { mayday: Mayday; step: { id: string; name: string; crew: boolean } }) {
  const { row, ask, acts } = useScene()
  const choosing = useSignal(false)
  const taken = mayday.steps.find((one) => one.step === step.id)
  const tick = (done: boolean, crew = '') => {
    choosing.value = false
    void ask(
      'field.step-mayday',
      { mayday: mayday.mayday, step: step.id, done, ...(crew && { crew }) },
      t('field.said-step', { step: step.name }),
    )
  }
  if (choosing.value) return <ChooseCrew label={step.name} onPick={(crew) => tick(true, crew.crew)} />
  return (
    <button
      type="button"
      class={taken ? 'task ok' : 'task'}
      role="checkbox"
      aria-checked={Boolean(taken)}
      disabled={!acts}
      onClick={() => {
        if (taken) tick(false)
        else if (step.crew && candidates(row, mayday).length) choosing.value = true
        else tick(true)
      }}
    >
      <span class={taken ? 'check is-on' : 'check'}>{taken ? <Icon name="check" /> : null}</span>
      <span>
        {step.name}
        {taken?.crew ? `: ${nameOfCrew(row, taken.crew)}` : ''}
      </span>
      <span>{taken ? span(ms(taken.at) - ms(mayday.at)) : ''}</span>
    </button>
  )
}

/** Who may go to the rescue: crews on scene that are not in trouble themselves; those outside first. */
export const candidates = (row: Board, mayday: Mayday): readonly Crew[] =>
  row.crews
    .filter((crew) => here(crew) && crew.crew !== mayday.crew && crew.people > 0)
    .sort((a, b) => a.inside.length - b.inside.length || a.label.localeCompare(b.label, 'id', { numeric: true }))

function ChooseCrew({ label, onPick }: { label: string; onPick(crew: Crew): void }) {
  const { row } = useScene()
  const mayday = openMaydays(row)[0]
  return (
    <fieldset class="big-pick">
      <legend class="label">{label}</legend>
      {(mayday ? candidates(row, mayday) : []).map((crew) => (
        <button type="button" key={crew.crew} class="btn" onClick={() => onPick(crew)}>
          <span>{crewName(crew)}</span>
          <small>{crew.inside.length ? t('field.inside') : sectorName(row, crew.sector)}</small>
        </button>
      ))}
    </fieldset>
  )
}
