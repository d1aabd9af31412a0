// Units: what each is doing, since when; one press opens what it may report next.
import { useSignal } from '@preact/signals'
import { useMemo, useRef } from 'preact/hooks'
import { now, span } from '../../kernel/clock'
import { language, number, t, word } from '../../kernel/i18n'
import type { ViewState } from '../../kernel/live'
import { EARLY, type Place, useGrowing, useNear, WHOLE } from '../../kernel/near'
import { useSteadyActs } from '../../kernel/steady-props'
import { NoCopy } from '../../look/copy'
import { Glyph, Icon, Key } from '../../look/symbols'
import type { Status } from './acts'
import { byWork, lookOf, nextStatuses, type Unit } from './rows'

const DAY = 86_400_000
/** How high a row is (px). */
const ROW = 32

type Props = {
  units: readonly Unit[]
  proposed: ReadonlySet<string>
  incidentNumber(id: string): string
  state: ViewState
  /** What the person types to narrow the list; undefined: no filter. */
  filter: string | undefined
  onFilter(text: string | undefined): void
  open: string | undefined
  onOpen(unit: string | undefined): void
  onStatus(unit: Unit, status: Status, reason?: string): void
  onRelease(unit: Unit): void
  onSend(unit: Unit): void
  selectedNumber: string | undefined
}

const fits = (unit: Unit, words: string) =>
  !words || `${unit.code} ${unit.type} ${unit.station} ${word('status', unit.status)}`.toLowerCase().includes(words)

export function Units(props: Props) {
  const { units, proposed, filter, state, open } = props
  const words = (filter ?? '').toLowerCase()
  const rows = useMemo(() => units.filter((unit) => fits(unit, words)).sort(byWork), [units, words, language.value])
  const ready = units.filter((unit) => unit.status === 'ready' && !unit.incident).length
  const { onOpen, onStatus, onRelease, onSend } = props
  const grown = useGrowing(rows.length)
  const acts = useSteadyActs({ onOpen, onStatus, onRelease, onSend })
  return (
    <section class="panel units rule" aria-labelledby="units-head">
      <div class="head">
        <h2 id="units-head">{t('desk.units')}</h2>
        <span>
          {state === 'failed' ? '—' : t('desk.ready-of', { ready: number(ready), all: number(units.length) })}
        </span>
        {filter === undefined ? (
          <span class="end keys">
            <button type="button" onClick={() => props.onFilter('')}>
              <Key>F</Key> {t('desk.filter')}
            </button>
          </span>
        ) : (
          <Filter text={filter} onFilter={props.onFilter} />
        )}
      </div>
      {state === 'loading' ? <p class="calm">{t('desk.loading')}</p> : null}
      {state === 'failed' ? <NoCopy state={state} /> : null}
      <ul class="list">
        {rows.slice(0, grown).map((unit, i) => (
          <UnitRow
            key={unit.id}
            unit={unit}
            planned={proposed.has(unit.id)}
            on={open === unit.id}
            number={unit.incident ? props.incidentNumber(unit.incident) : ''}
            selectedNumber={open === unit.id ? props.selectedNumber : undefined}
            acts={acts}
            early={i < EARLY}
            long={rows.length > WHOLE}
          />
        ))}
      </ul>
    </section>
  )
}

function Filter({ text, onFilter }: { text: string; onFilter(text: string | undefined): void }) {
  return (
    <input
      class="input end"
      aria-label={t('desk.filter')}
      value={text}
      ref={(node) => {
        if (node && document.activeElement !== node && !text) node.focus()
      }}
      onInput={(event) => onFilter(event.currentTarget.value)}
      onKeyDown={(event) => {
        if (event.key !== 'Escape') return
        event.stopPropagation()
        onFilter(undefined)
      }}
    />
  )
}

/** Clocks of working units run; after two days only days matter. */
const since = (unit: Unit) => {
  const passed = now.value - unit.since
  return passed > 2 * DAY ? t('time.days', { n: Math.floor(passed / DAY) }) : span(passed)
}

type Acts = Pick<Props, 'onOpen' | 'onStatus' | 'onRelease' | 'onSend'>
type RowProps = Place & {
  unit: Unit
  planned: boolean
  on: boolean
  /** Of its incident. */
  number: string
  selectedNumber: string | undefined
  acts: Acts
}

function UnitRow({ early, long, ...row }: RowProps) {
  const { ref, near, height } = useNear<HTMLLIElement>(early, long, ROW)
  return near.value || row.on ? (
    <li ref={ref}>
      <UnitParts {...row} />
    </li>
  ) : (
    <li ref={ref} style={{ height: `${height.value}px` }} aria-label={row.unit.code} />
  )
}

function UnitParts({ unit, planned, on, number, selectedNumber, acts }: Omit<RowProps, keyof Place>) {
  const { glyph, hue } = lookOf(unit.status)
  const still = !unit.incident && glyph === 'ready'
  const plan = planned && still
  const place = unit.incident ? number : unit.station
  const doing = plan ? t('status.proposed') : word('status', unit.status)
  const more = unit.status === 'out-of-service' && unit.reason ? unit.reason : place
  return (
    <>
      <button
        type="button"
        class={`unit${unit.status === 'out-of-service' ? ' off' : ''}${unit.pending ? ' pending' : ''}`}
        data-q={still ? '' : undefined}
        aria-expanded={on}
        onClick={() => acts.onOpen(on ? undefined : unit.id)}
      >
        {unit.pending ? <Icon name="wait" /> : <Glyph name={plan ? 'plan' : glyph} />}
        <span class="code">{unit.code}</span>
        <span class="ty quiet">{unit.type}</span>
        <span class="st" data-s={plan ? 'plan' : hue}>
          {doing}
          {more ? ` · ${more}` : ''}
        </span>
        <span class="tm">
          {still ? (unit.crew === undefined ? '' : t('unit.crew', { n: unit.crew })) : since(unit)}
        </span>
      </button>
      {on ? <UnitActs unit={unit} selectedNumber={selectedNumber} {...acts} /> : null}
    </>
  )
}

function UnitActs({ unit, ...props }: Acts & Pick<RowProps, 'unit' | 'selectedNumber'>) {
  const reason = useRef<HTMLInputElement>(null)
  const asking = useSignal(false)
  if (asking.value)
    return (
      <form
        class="acts"
        onSubmit={(event) => {
          event.preventDefault()
          props.onStatus(unit, 'out-of-service', reason.current?.value.trim() ?? '')
        }}
      >
        <input class="input" ref={reason} aria-label={t('unit.why-out')} placeholder={t('unit.why-out')} autofocus />
        <button type="submit" class="btn">
          {word('report', 'out-of-service')}
        </button>
      </form>
    )
  return (
    <div class="acts" role="group" aria-label={unit.code}>
      {nextStatuses(unit).map((status) => (
        <button
          type="button"
          key={status}
          class="btn"
          onClick={() => {
            if (status === 'out-of-service') asking.value = true
            else props.onStatus(unit, status)
          }}
        >
          {word('report', status)}
        </button>
      ))}
      {unit.incident ? (
        <button type="button" class="btn bare" onClick={() => props.onRelease(unit)}>
          {t('unit.release')}
        </button>
      ) : null}
      {!unit.incident && props.selectedNumber ? (
        <button type="button" class="btn" onClick={() => props.onSend(unit)}>
          {t('unit.send', { number: props.selectedNumber })}
        </button>
      ) : null}
    </div>
  )
}
