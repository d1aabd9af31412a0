// One card: what it says, where it differs from the province's and why, its versions, and what is to be done with it.
import { useSignal } from '@preact/signals'
import { date, ms, shortTime } from '../../kernel/clock'
import type { Row, Wish } from '../../kernel/contract'
import { useDevice, useView } from '../../kernel/device'
import { t, word } from '../../kernel/i18n'
import { follow, go } from '../../kernel/router'
import { Icon } from '../../look/symbols'
import { Some } from '../access/settings-parts'
import { CardDates, CardSteps, CardText, KeptAt } from './card-text'
import { Differences } from './differences'
import { useHeld } from './held'
import { KeptCard } from './kept-card'
import { APPROVERS, READERS, WRITERS } from './roles'
import { type Sender, useSender } from './send'
import { titleOf } from './words'

export type Shown = Row<'sop.card'>

type Props = { id: string; version: number; due: readonly Row<'sop.to-read'>[] }

export function CardPage({ id, version, due }: Props) {
  const device = useDevice()
  const view = useView('sop.card', { card: id, ...(version && { version: String(version) }) }, { keep: true })
  const rows = useView('sop.cards', {}, { keep: true }).rows.value
  const names = useView('access.names', {}, { keep: true }).rows.value
  const held = useHeld()
  const card = view.rows.value[0]
  const sender = useSender()
  const kept = held.rows.value.find((one) => one.card === id && (!version || one.version === version))
  if (kept && view.state.value !== 'live' && kept.version > (card?.version ?? 0))
    return <KeptCard card={kept} of={held} />
  if (!card)
    return (
      <div class="doc">
        <p class="hint">
          {t(
            view.state.value === 'live'
              ? 'sop.no-such'
              : view.state.value === 'failed'
                ? 'sop.not-reached'
                : 'desk.loading',
          )}
        </p>
      </div>
    )
  const here = card.versions.find((one) => one.version === card.version)
  const row = rows.find((one) => one.card === id)
  const mustRead = due.find((one) => one.card === id && one.version === card.version)
  return (
    <div class="page-of">
      <article class="doc">
        <a class="back-to" href="/sop" onClick={follow}>
          <Icon name="left" /> {t('sop.cards')}
        </a>
        <h1>{titleOf(card)}</h1>
        <p class="sub">{standing(card)}</p>
        <KeptAt of={view} />
        <p class="said-of" role="status" data-s={sender.heard.value?.refusal ? 'watch' : ''}>
          {sender.heard.value?.words ?? ''}
        </p>
        {mustRead ? (
          <div class="note" data-s="watch">
            <span>
              {t('sop.read-this')}
              <span class="acts">
                <button
                  type="button"
                  class="btn main"
                  onClick={() =>
                    void sender.ask({ kind: 'sop.confirm-read', card: id, version: card.version }, t('sop.said-read'))
                  }
                >
                  {t('sop.have-read')}
                </button>
              </span>
            </span>
          </div>
        ) : null}
        <CardSteps steps={card.steps} />
        {card.template ? <Differences card={card} /> : null}
        <CardText body={card.body} links={card.links} />
      </article>
      <aside>
        <Acts card={card} approved={Boolean(here?.approved_at)} sender={sender} />
        <CardDates triggers={card.triggers} review={card.review} />
        {row?.readers.length ? (
          <section>
            <h2>{t('sop.readers')}</h2>
            <p>{row.readers.map((role) => word('role', role)).join(', ')}</p>
            <p class="hint">{t('sop.reads', { n: row.reads })}</p>
          </section>
        ) : null}
        <section>
          <h2>{t('sop.versions')}</h2>
          <ol class="versions">
            {card.versions.map((one) => (
              <li key={one.version}>
                <button
                  type="button"
                  class="btn bare"
                  aria-current={one.version === card.version ? 'true' : undefined}
                  onClick={() => go(`/sop/${encodeURIComponent(id)}#v${one.version}`)}
                >
                  {t('sop.version', { n: one.version })}
                </button>
                <span>
                  {t('sop.written-by', { who: nameOf(names, one.author), at: when(one.at) })}
                  {one.approved_at ? (
                    <small>
                      {t('sop.approved-by', { who: nameOf(names, one.approved_by ?? ''), at: when(one.approved_at) })}
                    </small>
                  ) : null}
                  {one.published_at ? <small>{t('sop.published-at', { at: when(one.published_at) })}</small> : null}
                  {one.version === card.holds ? <b class="chip line">{t('sop.holds')}</b> : null}
                </span>
              </li>
            ))}
          </ol>
        </section>
        {device.may(WRITERS) ? (
          <section>
            <h2>{t('sop.source')}</h2>
            <button type="button" class="btn" onClick={() => go(`/sop/${encodeURIComponent(id)}#tulis`)}>
              <Icon name="edit" /> {t('sop.write-new')}
            </button>
          </section>
        ) : null}
      </aside>
    </div>
  )
}

const when = (at: string) => `${date(ms(at))} ${shortTime(ms(at))}`
const nameOf = (names: readonly Row<'access.names'>[], actor: string) =>
  names.find((one) => one.actor === actor)?.name ?? actor

/** Which version this is and whether it holds, as a sentence. */
function standing(card: Shown): string {
  if (card.holds === card.version) return t('sop.this-holds', { n: card.version })
  if (card.withdrawn) return t('sop.is-withdrawn', { why: card.withdrawn })
  if (card.holds === null) return t('sop.none-holds', { n: card.version })
  return t('sop.other-holds', { n: card.version, holds: card.holds })
}

type ActsProps = { card: Shown; approved: boolean; sender: Sender }

/** Approve, then publish with readers; withdraw. Each by who may, and only when it is its turn. */
function Acts({ card, approved, sender }: ActsProps) {
  const device = useDevice()
  const readers = useSignal<readonly string[]>([])
  const reason = useSignal('')
  if (!device.may(APPROVERS)) return null
  const { card: id, version } = card
  const own = sender.heard.value?.refusal?.overridable ? sender.heard.value.wish : undefined
  const holds = card.holds === version
  return (
    <section class="sop-acts">
      <h2>{t('sop.next')}</h2>
      {!approved ? (
        own ? (
          <form
            onSubmit={(event) => {
              event.preventDefault()
              void sender.ask(own as Wish, t('sop.said-approved', { n: version }), reason.value.trim())
            }}
          >
            <label class="field">
              <span>{t('sop.approve-why')}</span>
              <input
                class="input"
                required
                maxLength={400}
                value={reason.value}
                onInput={(event) => (reason.value = event.currentTarget.value)}
              />
            </label>
            <button type="submit" class="btn main">
              {t('sop.approve-own', { n: version })}
            </button>
          </form>
        ) : (
          <button
            type="button"
            class="btn main"
            disabled={sender.busy.value}
            onClick={() =>
              void sender.ask({ kind: 'sop.approve-card', card: id, version }, t('sop.said-approved', { n: version }))
            }
          >
            {t('sop.approve', { n: version })}
          </button>
        )
      ) : !holds ? (
        <form
          onSubmit={(event) => {
            event.preventDefault()
            void sender.ask(
              { kind: 'sop.publish-card', card: id, version, readers: readers.value },
              t('sop.said-published', { n: version }),
            )
          }}
        >
          <Some
            label={t('sop.who-reads')}
            of={READERS.map((role) => [role, word('role', role)] as const)}
            on={readers.value}
            onChange={(next) => (readers.value = next)}
          />
          <button type="submit" class="btn main" disabled={sender.busy.value}>
            {t('sop.publish', { n: version })}
          </button>
        </form>
      ) : (
        <details class="withdraw">
          <summary class="btn">{t('sop.withdraw')}</summary>
          <form
            onSubmit={(event) => {
              event.preventDefault()
              void sender.ask(
                { kind: 'sop.withdraw-card', card: id, reason: reason.value.trim() },
                t('sop.said-withdrawn'),
              )
            }}
          >
            <label class="field">
              <span>{t('sop.withdraw-why')}</span>
              <input
                class="input"
                required
                maxLength={400}
                value={reason.value}
                onInput={(event) => (reason.value = event.currentTarget.value)}
              />
            </label>
            <button type="submit" class="btn">
              {t('sop.withdraw-now')}
            </button>
          </form>
        </details>
      )}
    </section>
  )
}
