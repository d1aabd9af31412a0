// The proposal: who fits soonest, why, what is missing, what it leaves behind; one key sends it, one line overrules it.
import { useSignal } from '@preact/signals'
import { useEffect, useRef } from 'preact/hooks'
import { time } from '../../kernel/clock'
import { number, percent, t } from '../../kernel/i18n'
import { useKeys } from '../../kernel/keys'
import type { Refusal } from '../../kernel/words'
import { Glyph, Icon, Key } from '../../look/symbols'
import { reasonOf } from './said'

export type Proposed = {
  readonly id: string
  readonly code: string
  readonly why: string
  /** Seconds from now until arrival, and their uncertainty. */
  readonly etaS: number
  readonly sigmaS?: number
}

export type Proposal = {
  readonly card: string
  readonly at: number
  readonly units: readonly Proposed[]
  /** Fit and free, but not needed: may be taken instead, with a reason. */
  readonly others: readonly Proposed[]
  readonly unmet: readonly string[]
  readonly inTime?: number
  readonly cover?: { readonly before: number; readonly after: number }
  /** What else the dispatcher should know of this proposal, one line each. */
  readonly hints: readonly string[]
}

export type Refused = { readonly refusal: Refusal; readonly units: readonly string[] }

type Props = {
  title: string
  proposal: Proposal | undefined
  state: 'loading' | 'ready' | 'failed'
  refused: Refused | undefined
  busy: boolean
  onSend(units: readonly string[], reason?: string): void
  onDropRefusal(): void
  keys: boolean
  /** Whether who is here may send units. */
  sends: boolean
}

const SLOW_MS = 2000

const minutes = (seconds: number) => t('time.min', { n: number(seconds / 60, 1) })

export function ProposalPanel({ title, proposal, state, refused, busy, onSend, onDropRefusal, keys, sends }: Props) {
  const changed = useSignal<ReadonlySet<string> | undefined>(undefined)
  const asking = useSignal(false)
  const reason = useRef<HTMLInputElement>(null)
  const shown = proposal ? proposal.units.map((unit) => unit.id) : []
  const chosen = changed.value ? [...changed.value] : shown
  const overruled = changed.value !== undefined && !same(chosen, shown)
  const editing = changed.value !== undefined

  function toggle(id: string) {
    const next = new Set(changed.value ?? shown)
    if (next.has(id)) next.delete(id)
    else next.add(id)
    changed.value = next
  }

  function send() {
    if (busy || !chosen.length) return
    if (overruled && !asking.value) {
      asking.value = true
      return
    }
    const why = reason.current?.value.trim()
    if (overruled && !why) {
      reason.current?.focus()
      return
    }
    onSend(chosen, overruled ? why : undefined)
    asking.value = false
    changed.value = undefined
  }

  useKeys(
    {
      Enter: () => (refused ? false : send()),
      u: () => {
        changed.value = editing ? undefined : new Set(shown)
        asking.value = false
        return true
      },
      ...(editing && {
        Escape: () => {
          changed.value = undefined
          asking.value = false
          return true
        },
      }),
    },
    keys && sends && proposal !== undefined,
  )

  const rows = proposal ? [...proposal.units, ...(editing ? proposal.others : [])] : []
  return (
    <section class="panel" aria-label={title}>
      <div class="head">
        <h2>{title}</h2>
        <span class="cut">{proposal?.card}</span>
        {proposal ? (
          <span class="end planned">
            <Glyph name="plan" /> {t('proposal.at', { at: time(proposal.at) })}
          </span>
        ) : null}
      </div>
      {refused ? <RefusedNote refused={refused} onSend={onSend} onDrop={onDropRefusal} /> : null}
      {state === 'loading' && !proposal ? <Computing /> : null}
      {state === 'failed' && !proposal ? <p class="why alone">{t('proposal.failed')}</p> : null}
      {rows.map((unit) => (
        <button
          type="button"
          key={unit.id}
          class="row prop"
          role="checkbox"
          aria-checked={chosen.includes(unit.id)}
          onClick={() => toggle(unit.id)}
        >
          <span class={chosen.includes(unit.id) ? 'check is-on' : 'check'} aria-hidden="true">
            {chosen.includes(unit.id) ? <Icon name="check" /> : null}
          </span>
          <span class="code">{unit.code}</span>
          <span class="quiet line">{unit.why}</span>
          <span class="eta-n">
            {minutes(unit.etaS)}
            {unit.sigmaS ? <span class="sr"> ± {minutes(unit.sigmaS)}</span> : null}
          </span>
        </button>
      ))}
      {proposal ? <Why proposal={proposal} /> : null}
      {asking.value ? (
        <form
          class="ask-why"
          onSubmit={(event) => {
            event.preventDefault()
            send()
          }}
        >
          <label class="field">
            <span>{t('proposal.why')}</span>
            <input
              class="input"
              ref={(node) => {
                reason.current = node
                node?.focus()
              }}
              maxLength={400}
            />
          </label>
        </form>
      ) : null}
      {proposal?.units.length && !sends ? <p class="why alone">{t('proposal.not-yours')}</p> : null}
      {proposal && chosen.length && !refused && sends ? (
        <div class="act">
          <button type="button" class="btn main" aria-busy={busy} onClick={send}>
            {t('proposal.send', { n: chosen.length })} {keys ? <Key>Enter</Key> : null}
          </button>
          <button
            type="button"
            class="btn"
            aria-pressed={editing}
            onClick={() => {
              changed.value = editing ? undefined : new Set(shown)
              asking.value = false
            }}
          >
            {t(editing ? 'proposal.keep' : 'proposal.change')} <Key>U</Key>
          </button>
        </div>
      ) : null}
    </section>
  )
}

/** The engine of the roads may still be waking: after two seconds that is said, with the way on. */
function Computing() {
  const slow = useSignal(false)
  useEffect(() => {
    const timer = setTimeout(() => {
      slow.value = true
    }, SLOW_MS)
    return () => clearTimeout(timer)
  }, [])
  return (
    <p class="why alone" role="status">
      {t(slow.value ? 'proposal.slow' : 'proposal.loading')}
    </p>
  )
}

const same = (a: readonly string[], b: readonly string[]) => a.length === b.length && a.every((one) => b.includes(one))

function Why({ proposal }: { proposal: Proposal }) {
  const { cover, inTime, unmet } = proposal
  return (
    <dl class="why rule">
      {inTime === undefined ? null : (
        <>
          <dt>{t('proposal.in-time')}</dt>
          <dd class={inTime < 0.8 ? 'eyes' : ''}>{t('proposal.in-time-share', { share: percent(inTime) })}</dd>
        </>
      )}
      {cover ? (
        <>
          <dt>{t('proposal.cover')}</dt>
          <dd>
            {t('proposal.cover-city')}{' '}
            <b>
              {number(cover.before * 100)} → {percent(cover.after)}
            </b>
          </dd>
        </>
      ) : null}
      <dt>{t('proposal.unmet')}</dt>
      <dd class={unmet.length ? 'eyes' : ''}>{unmet.length ? unmet.join(', ') : t('proposal.nothing')}</dd>
      {proposal.hints.length ? (
        <>
          <dt>{t('proposal.notes')}</dt>
          <dd>
            {proposal.hints.map((hint) => (
              <div key={hint}>{hint}</div>
            ))}
          </dd>
        </>
      ) : null}
    </dl>
  )
}

/** A refusal says what, who, since when, then two ways on; the safest is Enter. */
function RefusedNote({ refused, onSend, onDrop }: { refused: Refused; onSend: Props['onSend']; onDrop(): void }) {
  const asking = useSignal(false)
  const reason = useRef<HTMLInputElement>(null)
  const { refusal, units } = refused
  useKeys({
    Enter: onDrop,
    Escape: onDrop,
    ...(refusal.overridable && {
      o: () => {
        asking.value = true
        return true
      },
    }),
  })
  return (
    <div class="note refusal" data-s="watch" role="alert">
      <Icon name="hand" />
      <b>{reasonOf(refused)}</b>
      {asking.value ? (
        <form
          class="next"
          onSubmit={(event) => {
            event.preventDefault()
            const why = reason.current?.value.trim()
            if (why) onSend(units, why)
          }}
        >
          <input
            class="input"
            aria-label={t('proposal.why')}
            placeholder={t('proposal.why')}
            ref={(node) => {
              reason.current = node
              node?.focus()
            }}
            maxLength={400}
          />
        </form>
      ) : null}
      <div class="next">
        <button type="button" class="btn" onClick={onDrop}>
          {t('refusal.other')} <Key>Enter</Key>
        </button>
        {refusal.overridable && !asking.value ? (
          <button
            type="button"
            class="btn"
            onClick={() => {
              asking.value = true
            }}
          >
            {t(refusal.code === 'unit-busy' ? 'refusal.pull' : 'refusal.override')} <Key>O</Key>
          </button>
        ) : null}
      </div>
    </div>
  )
}
