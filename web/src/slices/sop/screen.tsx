// SOP: the library of cards, one card, its writing, and how the cards are followed.
import { useSignal } from '@preact/signals'
import { useEffect } from 'preact/hooks'
import type { Row } from '../../kernel/contract'
import { useDevice, useView } from '../../kernel/device'
import { language, t, word } from '../../kernel/i18n'
import { useKeys } from '../../kernel/keys'
import { follow, go, page, path } from '../../kernel/router'
import { restOf } from '../../kernel/screens'
import { nextTheme } from '../../kernel/theme'
import { LineMark } from '../../look/line-mark'
import { Glyph, Icon, Key } from '../../look/symbols'
import { Menu } from '../access/menu'
import { useStandardsView } from '../intake/standards'
import { CardPage } from './card'
import { KeptAt } from './card-text'
import { Compliance } from './compliance'
import { useHeld } from './held'
import { type LibraryRow, libraryOf } from './library'
import { STUDENTS, WRITERS } from './roles'
import { overdueSince, titleOf } from './words'
import { WriteAgain, WriteNew } from './write'
import '../../look/sop.css'

const WRITING = new Set(['tulis', 'baru'])

export function SopScreen() {
  const device = useDevice()
  useStandardsView()
  const listed = useView('sop.cards', {}, { keep: true })
  const held = useHeld()
  const cards = libraryOf(listed.rows.value, held.rows.value, listed.state.value === 'live')
  const due = useView('sop.to-read', {}, { keep: true }).rows.value
  const wanted = useSignal('')
  const id = decodeURIComponent(restOf('/sop', path.value))
  const card = cards.find((one) => one.card === id)
  const what = page.value
  const writes = device.may(WRITERS)
  const studies = device.may(STUDENTS)
  useKeys({
    t: nextTheme,
    '/': () => document.getElementById('sop-search')?.focus(),
    ...(writes && { n: () => go('/sop#baru') }),
    ...(studies && { k: () => go('/sop#kepatuhan') }),
    // Not while writing: Escape would take the page away under the hands.
    ...((id || what) && !WRITING.has(what) && { Escape: () => go('/sop') }),
  })
  useEffect(() => {
    document.title = `${card ? titleOf(card) : t('sop.title')} · Siaga`
  }, [card, language.value])
  const words = wanted.value.trim().toLowerCase()
  const shown = cards.filter((one) => !words || `${one.title} ${one.title_en}`.toLowerCase().includes(words))
  return (
    <div class="sop" data-at={id || what ? 'page' : 'list'}>
      <header class="top">
        <Menu />
        <LineMark />
      </header>
      <nav aria-label={t('sop.cards')}>
        <div class="head">
          <h2>{t('sop.cards')}</h2>
          <span>{cards.length}</span>
        </div>
        {id ? null : <KeptAt of={listed.at.value ? listed : held} />}
        <label class="field search">
          <span class="sr">{t('sop.search')}</span>
          <input
            id="sop-search"
            class="input"
            type="search"
            placeholder={t('sop.search')}
            value={wanted.value}
            onInput={(event) => (wanted.value = event.currentTarget.value)}
          />
        </label>
        <div class="acts">
          {writes ? (
            <button type="button" class="btn" onClick={() => go('/sop#baru')}>
              <Icon name="plus" /> {t('sop.new')} <Key>N</Key>
            </button>
          ) : null}
          {studies ? (
            <button type="button" class="btn" onClick={() => go('/sop#kepatuhan')}>
              {t('sop.compliance')} <Key>K</Key>
            </button>
          ) : null}
        </div>
        <ul>
          {shown.map((one) => (
            <li key={one.card}>
              <a
                href={`/sop/${encodeURIComponent(one.card)}`}
                class="row cardrow"
                {...(one.card === id && { 'aria-current': 'page' as const })}
                onClick={follow}
              >
                <CardLine row={one} mustRead={due.some((read) => read.card === one.card)} />
              </a>
            </li>
          ))}
        </ul>
        {shown.length ? null : <p class="hint">{t(cards.length ? 'sop.none-found' : 'sop.none')}</p>}
      </nav>
      <main>
        {id && what === 'tulis' ? (
          <WriteAgain key={`write ${id}`} id={id} />
        ) : id ? (
          <CardPage key={`${id} ${what}`} id={id} version={Number(/^v(\d+)$/.exec(what)?.[1] ?? 0)} due={due} />
        ) : what === 'baru' ? (
          <WriteNew />
        ) : what === 'kepatuhan' ? (
          <Compliance />
        ) : (
          <Begin cards={cards} due={due} />
        )}
      </main>
    </div>
  )
}

/** What of a card is not as it should be comes first; who has nothing to do sees what holds. */
function CardLine({ row, mustRead }: { row: LibraryRow; mustRead: boolean }) {
  const overdue = overdueSince(row)
  const more = [
    row.state === 'published' ? '' : word('sop-state', row.state),
    row.holds === null ? t('sop.version', { n: row.latest }) : t('sop.version-holds', { n: row.holds }),
    word('sop-scope', row.scope),
    row.template ? (row.changed ? t('sop.differs', { n: row.changed }) : t('sop.same')) : '',
  ].filter(Boolean)
  return (
    <span>
      <b>{titleOf(row)}</b>
      <small>{more.join(' · ')}</small>
      {overdue ? (
        <small class="eyes">
          <Glyph name="watch" /> {overdue}
        </small>
      ) : null}
      {mustRead ? (
        <small class="eyes">
          <Glyph name="watch" /> {t('sop.you-must-read')}
        </small>
      ) : null}
    </span>
  )
}

type ReadRow = Row<'sop.to-read'>

/** Nothing is chosen: what waits for who is here. */
function Begin({ cards, due }: { cards: readonly LibraryRow[]; due: readonly ReadRow[] }) {
  const late = cards.filter(overdueSince)
  const device = useDevice()
  const drafts = device.may(WRITERS) ? cards.filter((one) => one.latest !== one.holds && one.state !== 'withdrawn') : []
  return (
    <div class="doc">
      <h1>{t(due.length ? 'sop.must-read' : 'sop.nothing-to-read')}</h1>
      <Todo
        title=""
        rows={due.map((one) => ({ card: one.card, words: titleOf(one), more: t('sop.version', { n: one.version }) }))}
      />
      <Todo
        title={t('sop.late-review')}
        rows={late.map((one) => ({ card: one.card, words: titleOf(one), more: overdueSince(one) }))}
      />
      <Todo
        title={t('sop.drafts')}
        rows={drafts.map((one) => ({
          card: one.card,
          words: titleOf(one),
          more: `${t('sop.version', { n: one.latest })} · ${word('sop-state', one.state)}`,
        }))}
      />
    </div>
  )
}

function Todo({ title, rows }: { title: string; rows: readonly { card: string; words: string; more: string }[] }) {
  if (!rows.length) return null
  return (
    <section>
      {title ? <h2>{title}</h2> : null}
      <ul class="todo">
        {rows.map((one) => (
          <li key={one.card}>
            <a href={`/sop/${encodeURIComponent(one.card)}`} onClick={follow}>
              <b>{one.words}</b> <small>{one.more}</small> <Icon name="right" />
            </a>
          </li>
        ))}
      </ul>
    </section>
  )
}
