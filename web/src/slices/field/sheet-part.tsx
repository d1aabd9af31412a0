// Which node decides about this scene; orders that came late from another one, to be settled by a person.
import { useSignal } from '@preact/signals'
import { useRef } from 'preact/hooks'
import { shortTime, span, time } from '../../kernel/clock'
import { useView } from '../../kernel/device'
import { t } from '../../kernel/i18n'
import { Icon } from '../../look/symbols'
import type { Board } from './rows'
import { useScene } from './scene'
import { Sheet } from './sheet'

export const isHere = ({ part }: Pick<Board, 'part'>) => part.phase === 'held' && part.node === part.here

/** One line where orders do not go through here and now; nothing while this node decides. */
export function PartLine() {
  const { row, open } = useScene()
  const { part, late_orders } = row
  if (isHere(row) && !late_orders.length) return null
  return (
    <button type="button" class="part-line" onClick={() => open('simpul')}>
      <Icon name={part.phase === 'transit' ? 'wait' : 'swap'} />
      <span>
        {isHere(row)
          ? t('field.late-orders', { n: late_orders.length })
          : part.phase === 'transit'
            ? t('field.part-transit', { node: part.to, at: shortTime(part.since) })
            : t('field.part-held', { node: part.node, at: shortTime(part.since) })}
      </span>
    </button>
  )
}

export function PartSheet() {
  const { row, close, online } = useScene()
  const { part } = row
  return (
    <Sheet title={t('field.part')} onClose={close}>
      <dl class="facts-of">
        <dt>{t('field.part-decides')}</dt>
        <dd>
          <b>{part.phase === 'transit' ? t('field.part-nobody') : part.node}</b>{' '}
          {t('field.since', { at: shortTime(part.since) })}
        </dd>
        {part.phase === 'transit' ? (
          <>
            <dt>{t('field.part-to')}</dt>
            <dd>{part.to}</dd>
          </>
        ) : null}
        <dt>{t('field.part-here')}</dt>
        <dd>{part.here}</dd>
      </dl>
      <p>{t(isHere(row) ? 'field.part-yes' : part.phase === 'transit' ? 'field.part-waits' : 'field.part-no')}</p>
      {online ? null : <p class="hint">{t('field.needs-network')}</p>}
      {part.phase === 'transit' && part.to === part.here ? <Take /> : null}
      {isHere(row) ? <Offer /> : part.home === part.here ? <Recall /> : null}
      <LateOrders />
    </Sheet>
  )
}

/** It was offered to this node: from the moment it is taken, orders are decided here. */
function Take() {
  const { row, ask, acts, online } = useScene()
  return (
    <button
      type="button"
      class="btn touch main"
      disabled={!acts || !online}
      onClick={() => void ask('field.take-field', { epoch: row.part.epoch }, t('field.said-part-taken'))}
    >
      {t('field.part-take')}
    </button>
  )
}

/** One key for each node it may go to: the city's cars, or from a car back to its city. */
function Offer() {
  const { row, ask, acts, online } = useScene()
  const nodes = useView('liaison.nodes')
  const wanted = row.part.home === row.part.here ? 'field' : 'home'
  const choices = nodes.rows.value.filter((node) => node.role === wanted)
  if (!choices.length) return <p class="hint">{t('field.part-no-nodes')}</p>
  return (
    <section>
      <h3>{t('field.part-offer-to')}</h3>
      {choices.map(({ node, there, heard_at, ...clock }) => (
        <div key={node} class="keys-of">
          <button
            type="button"
            class="btn"
            disabled={!acts || !online}
            onClick={() => void ask('field.offer-field', { node }, t('field.said-offered', { node }))}
          >
            {t('field.part-offer-node', { node })}
          </button>
          <span class="hint">
            {there
              ? t('field.node-there')
              : heard_at
                ? t('field.node-heard', { at: shortTime(heard_at) })
                : t('field.node-unheard')}
          </span>
          {clock.clock_off ? <span class="hint eyes">{clockOf(clock)}</span> : null}
        </div>
      ))}
    </section>
  )
}

/** How far the clock there is from the one here: the middle of what is known, or the one bound there is. */
export function clockOf(clock: { ahead_least_s: number | null; ahead_most_s: number | null }): string {
  const bounds = [clock.ahead_least_s, clock.ahead_most_s].flatMap((bound) => bound ?? [])
  const ahead = bounds.reduce((sum, bound) => sum + bound, 0) / bounds.length
  return t(ahead > 0 ? 'field.node-clock-ahead' : 'field.node-clock-behind', {
    span: span(Math.round(Math.abs(ahead)) * 1000),
  })
}

/** The city takes it back without an answer: the other's orders after that come as late ones. */
function Recall() {
  const { ask, acts, online } = useScene()
  const sure = useSignal(false)
  const input = useRef<HTMLInputElement>(null)
  if (!sure.value)
    return (
      <button type="button" class="btn" disabled={!acts || !online} onClick={() => (sure.value = true)}>
        {t('field.part-recall')}
      </button>
    )
  return (
    <form
      class="line-form"
      onSubmit={(event) => {
        event.preventDefault()
        const reason = input.current?.value.trim()
        if (reason) void ask('field.recall-field', { reason }, t('field.said-recalled'))
      }}
    >
      <label class="field">
        <span>{t('field.part-recall-why')}</span>
        <input
          class="input l"
          ref={(node) => {
            input.current = node
            node?.focus()
          }}
          maxLength={400}
        />
      </label>
      <button type="submit" class="btn warn">
        {t('field.part-recall')}
      </button>
    </form>
  )
}

function LateOrders() {
  const { row, ask, acts, online } = useScene()
  if (!row.late_orders.length) return null
  return (
    <section>
      <h3>{t('field.late-title')}</h3>
      <p>{t('field.late-why')}</p>
      {row.late_orders.map((order) => (
        <div key={order.conflict} class="note conflict-of" data-s="watch">
          <Icon name="warn" />
          <b>
            {order.kind} · {order.node} · {time(order.at)}
          </b>
          <p>
            {Object.entries(order.facts)
              .map(([name, value]) => `${name} ${value}`)
              .join(' · ')}
          </p>
          {acts ? (
            <div class="keys-of">
              <button
                type="button"
                class="btn"
                disabled={!online}
                onClick={() =>
                  void ask(
                    'field.settle-late-order',
                    { conflict: order.conflict, stands: true },
                    t('field.said-settled'),
                  )
                }
              >
                {t('field.late-stands')}
              </button>
              <button
                type="button"
                class="btn"
                disabled={!online}
                onClick={() =>
                  void ask(
                    'field.settle-late-order',
                    { conflict: order.conflict, stands: false },
                    t('field.said-settled'),
                  )
                }
              >
                {t('field.late-not')}
              </button>
            </div>
          ) : null}
        </div>
      ))}
    </section>
  )
}
