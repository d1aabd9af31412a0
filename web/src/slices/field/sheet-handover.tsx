// Handing over command: five subjects read aloud and repeated, a square per side, each with its second. Works offline.
import { useSignal } from '@preact/signals'
import { useRef } from 'preact/hooks'
import { now, time } from '../../kernel/clock'
import { number, t } from '../../kernel/i18n'
import { newId } from '../../kernel/ids'
import { Icon } from '../../look/symbols'
import { airOf } from './airs'
import { count, openEvacuations, openMaydays, SIDES, TICKS } from './figures'
import { type Handover, REHAB, STAGING } from './rows'
import { CODE, crewName, useScene } from './scene'
import { Sheet } from './sheet'

export function HandoverSheet() {
  const { row } = useScene()
  return row.handover ? <Squares handover={row.handover} /> : <Begin />
}

function Begin() {
  const { row, ask, close } = useScene()
  const input = useRef<HTMLInputElement>(null)
  const taker = useSignal('')
  const offered = [
    ...new Set([
      ...row.posts.map((one) => one.holder),
      ...row.sectors.map((one) => one.leader).filter(Boolean),
      'Danton A',
      'Danton B',
      'Danton C',
    ]),
  ]
    .filter((code) => code !== row.commander?.holder)
    .slice(0, 6)
  const begin = () => {
    const code = taker.value.trim()
    if (!code || !input.current?.checkValidity()) return
    void ask('field.open-handover', { handover: newId(), taker: code }, t('field.said-handover', { who: code }))
  }
  return (
    <Sheet
      title={t('field.hand-over')}
      onClose={close}
      foot={
        <button type="button" class="btn touch main" disabled={!taker.value.trim()} onClick={begin}>
          {t('field.hand-begin', { who: taker.value || '…' })}
        </button>
      }
    >
      <p>{row.commander ? t('field.hand-stays', { who: row.commander.holder }) : t('field.nobody-commands')}</p>
      <div class="big-pick">
        {offered.map((code) => (
          <button
            type="button"
            key={code}
            class={code === taker.value ? 'btn is-on' : 'btn'}
            aria-pressed={code === taker.value}
            onClick={() => (taker.value = code)}
          >
            {code}
          </button>
        ))}
      </div>
      <label class="field">
        <span>{t('field.hand-to')}</span>
        <input
          class="input l"
          ref={input}
          value={taker.value}
          pattern={CODE}
          maxLength={40}
          autocomplete="off"
          onInput={(event) => (taker.value = event.currentTarget.value)}
        />
        <span class="hint">{t('field.code-hint')}</span>
      </label>
    </Sheet>
  )
}

function Squares({ handover }: { handover: Handover }) {
  const { std, ask, acts, close, commands } = useScene()
  const ticked = (side: string, subject: string) =>
    handover.checks.find((one) => one.side === side && one.subject === subject)
  const left = SIDES.length * TICKS.length - handover.checks.length
  const facts = useFacts()
  // Who commands ticks his own side by himself; what a colleague said on the radio is marked so.
  const by = (side: string) => (side === 'giver') === commands
  const names = { giver: handover.giver, taker: handover.taker }
  return (
    <Sheet
      title={t('field.hand-over')}
      more={t('field.hand-from-to', { from: handover.giver, to: handover.taker })}
      onClose={close}
      foot={
        <>
          <p class="hand-says">{left ? t('field.hand-left', { n: left }) : t('field.hand-done')}</p>
          <button
            type="button"
            class="btn touch"
            disabled={!acts}
            onClick={() => {
              void ask('field.withdraw-handover', { handover: handover.handover }, t('field.said-withdrawn'))
              close()
            }}
          >
            {t('field.hand-withdraw')}
          </button>
        </>
      }
    >
      <div class="hand">
        <div class="r hd">
          <span>{t('field.hand-how')}</span>
          <span>
            <b>{names.giver}</b> {t('field.hand-explains')}
          </span>
          <span>
            <b>{names.taker}</b> {t('field.hand-repeats')}
          </span>
        </div>
        {TICKS.map((subject) => {
          const known = std.subjects.find((one) => one.id === subject)
          return (
            <div class="r" key={subject}>
              <div>
                <h3>{known?.name ?? subject}</h3>
                <p>{facts[subject]}</p>
                <details>
                  <summary>{t('field.hand-ask')}</summary>
                  <ul class="notices">
                    {known?.ask.map((line) => (
                      <li key={line}>{line}</li>
                    ))}
                  </ul>
                </details>
              </div>
              {SIDES.map((side) => {
                const tick = ticked(side, subject)
                const waits = side === 'taker' && !ticked('giver', subject)
                return (
                  <button
                    type="button"
                    key={side}
                    class={tick ? 'sq on' : waits ? 'sq wait' : 'sq'}
                    role="checkbox"
                    aria-checked={Boolean(tick)}
                    aria-label={`${known?.name ?? subject}, ${names[side]}`}
                    disabled={!acts || Boolean(tick)}
                    onClick={() =>
                      void ask(
                        'field.check-handover',
                        { handover: handover.handover, side, subject, by: by(side) ? 'self' : 'radio' },
                        t('field.said-checked', { subject: known?.name ?? subject, who: names[side] }),
                      )
                    }
                  >
                    {tick ? (
                      <Icon name="check" size="l" />
                    ) : waits ? (
                      <Icon name="wait" size="l" />
                    ) : (
                      <span class="box" />
                    )}
                    <span>{tick ? time(tick.at) : t(waits ? 'field.sq-wait' : SQUARE[side])}</span>
                    {tick?.by === 'radio' ? <small>{t('field.by-radio')}</small> : null}
                  </button>
                )
              })}
            </div>
          )
        })}
      </div>
      <p class="hint">{t('field.hand-hint', { who: handover.taker })}</p>
    </Sheet>
  )
}

const SQUARE = { giver: 'field.sq-explain', taker: 'field.sq-repeat' } as const

/** What the board knows of each subject, to be read aloud. */
function useFacts(): Readonly<Record<(typeof TICKS)[number], string>> {
  const { row, std } = useScene()
  const { people, inside } = count(row)
  const list = (parts: readonly string[]) => parts.filter(Boolean).join(', ')
  const openTasks = row.tasks.filter((task) => task.step === 'open' || task.step === 'going')
  const at = (place: string) => row.crews.filter((crew) => crew.phase === 'arrived' && crew.sector === place).length
  return {
    situation: list([
      t('incident.level', { n: row.level }),
      ...row.sectors.map((sector) => sector.name),
      openMaydays(row).length ? t('field.n-maydays', { n: openMaydays(row).length }) : '',
      openEvacuations(row).length ? t('field.evacuation') : '',
    ]),
    crews: list([
      t('field.people-inside', { n: people, inside }),
      ...row.crews
        .filter((crew) => crew.inside.length)
        .map((crew) => {
          const last = airOf(crew, std, now.value).worst?.last
          return last ? `${crewName(crew)} ${number(last.bar)} bar` : crewName(crew)
        }),
      t('field.n-staging', { n: at(STAGING), rehab: at(REHAB) }),
    ]),
    tasks: openTasks.length ? list(openTasks.map((task) => std.taskName(task))) : t('field.no-tasks'),
    hazards: row.hazards.length ? row.hazards.map((one) => std.hazardName(one.kind)).join('; ') : t('field.no-hazards'),
    resources:
      list([
        ...row.crews.filter((crew) => crew.phase === 'sent' || crew.phase === 'on-the-way').map(crewName),
        ...row.requests
          .filter((one) => !['arrived', 'released', 'declined'].includes(one.step))
          .map((one) => std.askableName(one.what)),
      ]) || t('field.nobody-comes'),
  }
}
