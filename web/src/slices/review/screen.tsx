// Tinjauan: what is still to be done from earlier reviews, the incidents to look back at, lessons; and one incident.
import { useSignal } from '@preact/signals'
import { useEffect } from 'preact/hooks'
import { date, shortTime } from '../../kernel/clock'
import type { Row } from '../../kernel/contract'
import { useView } from '../../kernel/device'
import { language, t, word } from '../../kernel/i18n'
import { useKeys } from '../../kernel/keys'
import type { ViewState } from '../../kernel/live'
import { follow, path } from '../../kernel/router'
import { save } from '../../kernel/save'
import { restOf } from '../../kernel/screens'
import { nextTheme } from '../../kernel/theme'
import { CopyAge, NoCopy, unseen } from '../../look/copy'
import { LineMark } from '../../look/line-mark'
import { Glyph, Icon, Sym } from '../../look/symbols'
import { Menu } from '../access/menu'
import { shortNumber } from '../intake/number'
import { useStandards, useStandardsView } from '../intake/standards'
import { ToChecks } from './checks'
import { Chip, Same } from './findings'
import { IncidentReview } from './incident'
import { type Finding, type Lesson, ownerOf, standing } from './words'
import '../../look/review.css'

type Listed = Row<'review.list'>

export function ReviewScreen() {
  useStandardsView()
  const id = decodeURIComponent(restOf('/tinjauan', path.value))
  useKeys({ t: nextTheme })
  useEffect(() => {
    document.title = `${t('review.title')} · Siaga`
  }, [language.value])
  return (
    <div class="review" data-at={id ? 'one' : 'all'}>
      <header class="top">
        <Menu />
        <LineMark />
      </header>
      <main>{id ? <IncidentReview key={id} id={id} /> : <Overview />}</main>
    </div>
  )
}

function Overview() {
  const list = useView('review.list', {}, { keep: true })
  const findings = useView('review.open-findings', {}, { keep: true })
  const open = findings.rows.value
  const checks = useView('review.to-check', {}, { keep: true }).rows.value
  const taught = useView('review.lessons', {}, { keep: true })
  const lessons = taught.rows.value
  const again = open.filter((one) => one.repeated).length
  return (
    <div class="over">
      <div class="doc">
        {unseen(findings) ? (
          <>
            <h1>{t('review.title')}</h1>
            <NoCopy state={findings.state.value} />
          </>
        ) : (
          <h1>{headline(open.length, again, checks.length)}</h1>
        )}
        <CopyAge of={findings} />
        {open.length ? (
          <section>
            <h2>{t('review.open-findings')}</h2>
            <ul class="todo">
              {open.map((one) => (
                <OpenFinding key={one.finding} one={one} />
              ))}
            </ul>
          </section>
        ) : null}
        {checks.length ? <ToChecks rows={checks} /> : null}
        {unseen(taught) ? null : (
          <section>
            <h2>{t('review.lessons')}</h2>
            {lessons.length ? null : <p class="hint">{t('review.no-lessons')}</p>}
            {lessons.map((one) => (
              <LessonCard key={one.lesson} one={one} />
            ))}
          </section>
        )}
      </div>
      <Incidents rows={list.rows.value} state={list.state.value} />
    </div>
  )
}

function headline(open: number, again: number, checks: number): string {
  const parts = [
    open ? t('review.n-open', { n: open }) : t('review.none-open'),
    again ? t('review.n-again', { n: again }) : '',
    checks ? t('review.n-to-check', { n: checks }) : '',
  ]
  return parts.filter(Boolean).join(' ')
}

function OpenFinding({ one }: { one: Finding }) {
  return (
    <li>
      <a href={`/tinjauan/${encodeURIComponent(one.incident)}`} onClick={follow}>
        <span>
          <b>{one.text ?? t('journal.erased')}</b>
          <small>
            {[shortNumber(one.number), date(one.recorded_at), word('review-kind', one.what), ownerOf(one)]
              .filter(Boolean)
              .join(' · ')}
          </small>
        </span>
        <Chip of={standing(one)} />
        <Icon name="chev" />
      </a>
      {one.repeated ? <Same one={one} /> : null}
    </li>
  )
}

function LessonCard({ one }: { one: Lesson }) {
  const standards = useStandards()
  const about = [
    one.origin ? t('review.from-partner', { node: one.origin }) : t('review.ours'),
    date(one.at),
    word('review-kind', one.what),
    one.type ? standards.nameOf(one.type) : '',
  ]
  return (
    <article class="lesson">
      <h3>{one.title ?? t('journal.erased')}</h3>
      <small>{about.filter(Boolean).join(' · ')}</small>
      <p>{one.happened ?? t('journal.erased')}</p>
      <p>
        <b>{t('review.what-changes')}</b> {one.changes ?? t('journal.erased')}
      </p>
      {one.title && one.happened && one.changes ? (
        <button
          type="button"
          class="btn bare"
          onClick={() => save(lessonFile(one, about), `pelajaran-${one.lesson}.md`)}
        >
          {t('review.save-lesson')}
        </button>
      ) : null}
    </article>
  )
}

/** To give on by whatever way there is: it holds nothing but the lesson. */
function lessonFile(one: Lesson, about: readonly string[]): Blob {
  const parts = [
    `# ${one.title}`,
    about.filter(Boolean).join(' · '),
    `## ${t('review.lesson-happened')}`,
    one.happened,
    `## ${t('review.lesson-changes')}`,
    one.changes,
  ]
  return new Blob([`${parts.join('\n\n')}\n`], { type: 'text/markdown' })
}

function Incidents({ rows, state }: { rows: readonly Listed[]; state: ViewState }) {
  const standards = useStandards()
  const wanted = useSignal('')
  const words = wanted.value.trim().toLowerCase()
  const shown = rows.filter(
    (row) => !words || `${row.number} ${standards.nameOf(row.type ?? '')}`.toLowerCase().includes(words),
  )
  return (
    <nav aria-label={t('review.incidents')}>
      <div class="head">
        <h2>{t('review.incidents')}</h2>
        <span>{state === 'failed' ? '—' : rows.length}</span>
      </div>
      <label class="field search">
        <span class="sr">{t('review.search')}</span>
        <input
          class="input"
          type="search"
          placeholder={t('review.search')}
          value={wanted.value}
          onInput={(event) => (wanted.value = event.currentTarget.value)}
        />
      </label>
      <ul>
        {shown.map((row) => (
          <li key={row.incident}>
            <a class="row incrow" href={`/tinjauan/${encodeURIComponent(row.incident)}`} onClick={follow}>
              <Sym kind={standards.letterOf(row.type)} look={row.exercise ? 'drill' : 'held'} size="s" />
              <span>
                <b>
                  {shortNumber(row.number)} {row.type ? standards.nameOf(row.type) : t('incident.untyped')}
                </b>
                <small>{[`${date(row.opened_at)} ${shortTime(row.opened_at)}`, reviewed(row)].join(' · ')}</small>
              </span>
              {row.open ? (
                <span class="chip line">
                  <Glyph name="watch" /> {t('review.n-open-here', { n: row.open })}
                </span>
              ) : null}
            </a>
          </li>
        ))}
      </ul>
      {shown.length ? null : state === 'live' || state === 'stored' ? (
        <p class="hint">{t('review.none-found')}</p>
      ) : (
        <NoCopy state={state} />
      )}
    </nav>
  )
}

const reviewed = ({ reviewed_at, findings }: Listed) =>
  reviewed_at ? t('review.n-findings-here', { n: findings }) : t('review.not-reviewed')
