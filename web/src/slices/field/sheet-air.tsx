// Reading pressures: one wearer after the other by the pad; "arrived" fixes the way in, a new cylinder begins anew.
import { useSignal } from '@preact/signals'
import { now, shortTime, span } from '../../kernel/clock'
import { number, type Text, t, word } from '../../kernel/i18n'
import { airOf, type WearerAir } from './airs'
import { AirStrip, TurnBack } from './crew-card'
import { Pad } from './pad'
import type { Crew } from './rows'
import { crewName, personName, useScene } from './scene'
import { Big, Sheet } from './sheet'

const MARKS = [
  ['check', 'field.mark-check'],
  ['goal', 'field.mark-goal'],
  ['new-cylinder', 'field.mark-new'],
] as const satisfies readonly (readonly [string, Text])[]
type Mark = (typeof MARKS)[number][0]

export function AirSheet({ crew }: { crew: Crew }) {
  const { std, ask, close, pending } = useScene()
  const persons = crew.inside.map((one) => one.person)
  const who = useSignal(persons[0] ?? '')
  const bar = useSignal('')
  const mark = useSignal<Mark>('check')
  const air = airOf(crew, std, now.value)
  const person = persons.includes(who.value) ? who.value : (persons[0] ?? '')
  const one = air.all.find((wearer) => wearer.person === person)
  const inside = crew.inside.find((wearer) => wearer.person === person)

  function read() {
    if (!bar.value || !person) return
    void ask(
      'field.report-air',
      {
        crew: crew.crew,
        person,
        bar: Number(bar.value),
        mark: mark.value,
        ...(inside?.cylinder && { cylinder: inside.cylinder }),
      },
      t('field.said-bar', { who: personName(person), n: bar.value }),
    )
    bar.value = ''
    // The next wearer is read next; after the last one the sheet stays for whoever calls in again.
    who.value = persons[(persons.indexOf(person) + 1) % persons.length] ?? person
  }

  if (!persons.length)
    return (
      <Sheet title={t('field.air-title', { crew: crewName(crew) })} onClose={close}>
        <p class="none">{t('field.nobody-inside')}</p>
      </Sheet>
    )
  return (
    <Sheet
      title={t('field.air-title', { crew: crewName(crew) })}
      onClose={close}
      pad={
        <>
          <p class="figure" aria-live="polite">
            {bar.value || '–'} <small>bar</small>
          </p>
          <Pad
            label={t('field.bar-of', { who: personName(person) })}
            value={bar.value}
            onValue={(value) => (bar.value = value)}
            onEnter={read}
          />
        </>
      }
      foot={
        <button type="button" class="btn touch main" disabled={!bar.value} onClick={read}>
          {bar.value ? t('field.note-bar', { who: personName(person), n: bar.value }) : t('field.type-bar')}
        </button>
      }
    >
      <div class={pending(crew.crew) ? 'wearer-tabs pending' : 'wearer-tabs'} role="group" aria-label={t('field.who')}>
        {persons.map((id) => {
          const of = air.all.find((wearer) => wearer.person === id)
          return (
            <button
              type="button"
              key={id}
              class={id === person ? 'btn is-on' : 'btn'}
              aria-pressed={id === person}
              onClick={() => {
                who.value = id
                bar.value = ''
              }}
            >
              <span>{personName(id)}</span>
              <small>{of?.last ? t('field.bar', { n: number(of.last.bar) }) : t('field.unread')}</small>
            </button>
          )
        })}
      </div>
      {one ? <Known of={one} /> : null}
      <Big
        label={t('field.mark')}
        value={mark.value}
        of={MARKS.map(([id, key]) => [id, t(key)] as const)}
        onPick={(id) => (mark.value = id as Mark)}
      />
    </Sheet>
  )
}

/** What is known and what is reckoned of one wearer's air: forecasts with their range. */
export function Known({ of }: { of: WearerAir }) {
  const { air, last } = of
  const range = (low: number, high: number) => `${span(low * 1000)} – ${span(high * 1000)}`
  return (
    <section class="known">
      <div class="two">
        <p>
          {last ? (
            <>
              <b>{t('field.bar', { n: number(last.bar) })}</b>{' '}
              {t('field.read-at', { at: shortTime(last.at), ago: span(now.value - last.at) })}
            </>
          ) : (
            t('field.unread')
          )}
        </p>
        <TurnBack of={of} />
      </div>
      <AirStrip of={of} />
      <dl class="facts-of">
        {air.pressure ? (
          <>
            <dt>{t('field.now-about')}</dt>
            <dd class="planned-n">
              ± {number(Math.max(0, air.pressure.middle))} bar ({number(Math.max(0, air.pressure.low))} –{' '}
              {number(Math.max(0, air.pressure.high))})
            </dd>
          </>
        ) : null}
        {air.turn_back ? (
          <>
            <dt>{t('field.turn-back')}</dt>
            <dd>
              {t('field.back-at', { n: number(air.turn_back.bar) })}
              {air.to_turn_back ? (
                <span class="planned-n"> · {range(air.to_turn_back.low, air.to_turn_back.high)}</span>
              ) : null}
            </dd>
          </>
        ) : null}
        {air.to_whistle ? (
          <>
            <dt>{t('field.whistle')}</dt>
            <dd class="planned-n">{range(air.to_whistle.low, air.to_whistle.high)}</dd>
          </>
        ) : null}
        {air.l_min ? (
          <>
            <dt>{t('field.breathes')}</dt>
            <dd class="planned-n">
              {number(air.l_min.mean)} ± {number(air.l_min.sd)} L/mnt
            </dd>
          </>
        ) : null}
      </dl>
      {air.notices.length ? (
        <ul class="notices">
          {air.notices.map((notice) => (
            <li key={notice.code}>{word('air.notice', notice.code)}</li>
          ))}
        </ul>
      ) : null}
    </section>
  )
}
