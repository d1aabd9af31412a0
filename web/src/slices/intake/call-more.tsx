// What belongs to a call besides place and type: who holds it, call back, recording, suspicion, outcome, its incident.
import { useSignal } from '@preact/signals'
import { time } from '../../kernel/clock'
import type { Row } from '../../kernel/contract'
import { useDevice, useView } from '../../kernel/device'
import { type Text, t, word } from '../../kernel/i18n'
import { useKeys } from '../../kernel/keys'
import { Line, type Option, Pick } from '../../look/pick'
import { Key } from '../../look/symbols'
import { guessCalls } from './calls'

export type CallRow = Row<'intake.calls'>

export const OUTCOMES = ['real', 'silent', 'prank', 'information', 'test'] as const
const THINGS = ['hold', 'want-back', 'called-back', 'recording', 'prank', 'outcome', 'link', 'unlink'] as const
type Thing = (typeof THINGS)[number]

/** Calls of the last hours, settled ones too: what was settled may be corrected. */
export const useCalls = () =>
  useView('intake.calls', { settled: 'true', limit: '200' }, { guess: guessCalls, later: true })

/** What may be done with a call now, in the order of the number keys. */
export function thingsOf(call: CallRow, me: string, others: number): readonly Thing[] {
  return THINGS.filter((thing) => {
    if (thing === 'hold') return call.holder !== me
    if (thing === 'want-back') return !call.callback
    if (thing === 'called-back') return call.callback
    if (thing === 'link') return others > 0
    if (thing === 'unlink') return call.incident !== null
    return true
  })
}

type Props = {
  call: string
  actor(id: string): string
  /** Open incidents the call may belong to. */
  incidents: readonly Option[]
  numberOf(incident: string): string
  onLinked(incident: string): void
}

export function CallMore({ call, actor, incidents, numberOf, onLinked }: Props) {
  const device = useDevice()
  const doing = useSignal<Thing | 'more' | undefined>(undefined)
  const row = useCalls().rows.value.find((one) => one.call === call)
  useKeys({ p: () => (row ? (doing.value = 'more') : false) })
  if (!row) return null
  const me = device.session.value?.account ?? ''
  const back = () => {
    doing.value = undefined
  }
  const others = incidents.filter((one) => one.id !== row.incident)
  const said = [
    row.exercise ? t('incident.exercise') : '',
    row.outcome ? word('call-outcome', row.outcome) : '',
    row.callback ? t('call.back-wanted') : '',
    row.incident ? t('call.of-incident', { number: numberOf(row.incident) }) : '',
  ].filter(Boolean)
  return (
    <section class="call-about" aria-label={t('call.about')}>
      <div class="head">
        <h2>{t('call.about')}</h2>
        <span class="cut">
          {row.holder === me
            ? t('call.mine', { at: time(row.answered_at) })
            : t('call.held', { who: actor(row.holder) })}
        </span>
        <span class="end keys">
          <button type="button" onClick={() => (doing.value = 'more')}>
            <Key>P</Key> {t('doing.more')}
          </button>
        </span>
      </div>
      {said.length ? (
        <p class="chips">
          {said.map((one) => (
            <span key={one} class="chip line">
              {one}
            </span>
          ))}
        </p>
      ) : null}
      <Kept row={row} />
      {doing.value === undefined ? null : (
        <Do
          key={doing.value}
          thing={doing.value}
          row={row}
          me={me}
          others={others}
          onThing={(thing) => {
            doing.value = thing
          }}
          onLinked={onLinked}
          onBack={back}
        />
      )}
    </section>
  )
}

/** Texts that stay with the call: the place nobody could read, the recording, the suspicion. */
function Kept({ row }: { row: CallRow }) {
  const kept = [
    row.unclear ? ['call.unclear', row.unclear] : undefined,
    row.recording ? ['call.recording', row.recording] : undefined,
    row.prank ? ['call.prank', row.prank] : undefined,
  ].filter((one): one is [Text, string] => one !== undefined)
  if (!kept.length) return null
  return (
    <dl class="why">
      {kept.map(([label, text]) => (
        <>
          <dt>{t(label)}</dt>
          <dd>{text}</dd>
        </>
      ))}
    </dl>
  )
}

type DoProps = {
  thing: Thing | 'more'
  row: CallRow
  me: string
  others: readonly Option[]
  onThing(thing: Thing): void
  onLinked(incident: string): void
  onBack(): void
}

function Do({ thing, row, me, others, onThing, onLinked, onBack }: DoProps) {
  const { ask } = useDevice()
  const { call } = row
  const done = (outcome: Promise<unknown>) => {
    void outcome
    onBack()
  }
  switch (thing) {
    case 'more':
      return (
        <Pick
          label={t('call.about')}
          of={thingsOf(row, me, others.length).map((id) => ({ id, words: word('call-do', id) }))}
          onPick={(id) => {
            if (id === 'hold') done(ask({ kind: 'intake.hold-call', call }))
            else if (id === 'want-back') done(ask({ kind: 'intake.want-call-back', call }))
            else if (id === 'unlink' && row.incident)
              done(ask({ kind: 'intake.unlink-call', call, incident: row.incident }))
            else onThing(id as Thing)
          }}
          onBack={onBack}
        />
      )
    case 'called-back':
      return (
        <Pick
          label={word('call-do', 'called-back')}
          of={[
            { id: 'yes', words: t('call.reached') },
            { id: 'no', words: t('call.not-reached') },
          ]}
          onPick={(id) => done(ask({ kind: 'intake.call-back', call, reached: id === 'yes' }))}
          onBack={onBack}
        />
      )
    case 'recording':
      return (
        <Line
          label={t('call.recording-where')}
          act={t('call.keep-it')}
          begin={row.recording ?? ''}
          onDone={(recording) => done(ask({ kind: 'intake.link-recording', call, recording }))}
          onBack={onBack}
        />
      )
    case 'prank':
      return (
        <Line
          label={t('call.prank-why')}
          act={t('call.keep-it')}
          begin={row.prank ?? ''}
          onDone={(note) => done(ask({ kind: 'intake.suspect-prank', call, note }))}
          onBack={onBack}
        />
      )
    case 'outcome':
      return (
        <Pick
          label={word('call-do', 'outcome')}
          of={OUTCOMES.map((id) => ({ id, words: word('call-outcome', id) }))}
          onPick={(id) => done(ask({ kind: 'intake.settle-call', call, outcome: id as (typeof OUTCOMES)[number] }))}
          onBack={onBack}
        />
      )
    case 'link':
      return (
        <Pick
          label={word('call-do', 'link')}
          of={others}
          onPick={(incident) => {
            done(ask({ kind: 'intake.link-call', call, incident }))
            onLinked(incident)
          }}
          onBack={onBack}
        />
      )
    default:
      return null
  }
}

/** How a call is told from others of the same incident. */
export const callOption = (row: CallRow): Option => ({
  id: row.call,
  words: time(row.answered_at),
  more: [word('channel', row.channel), row.outcome ? word('call-outcome', row.outcome) : '']
    .filter(Boolean)
    .join(' · '),
})
