// Peringatan: what the public is told and holds now; and one incident, where a person warns, replaces and takes back.
import { useSignal } from '@preact/signals'
import { useEffect } from 'preact/hooks'
import { ms, now, shortTime } from '../../kernel/clock'
import { useDevice, useView } from '../../kernel/device'
import { language, t } from '../../kernel/i18n'
import { useKeys } from '../../kernel/keys'
import { follow, path } from '../../kernel/router'
import { restOf } from '../../kernel/screens'
import { nextTheme } from '../../kernel/theme'
import { CopyAge, NoCopy, unseen } from '../../look/copy'
import { LineMark } from '../../look/line-mark'
import { Glyph, Icon } from '../../look/symbols'
import { Menu } from '../access/menu'
import type { IncidentRow } from '../dispatch/views'
import { useStandards, useStandardsView } from '../intake/standards'
import { useSender } from '../sop/send'
import { CancelForm, WarningForm } from './form'
import { MessageCard } from './message'
import { type Message, standingOf, WARNERS } from './rows'
import '../../look/review.css'
import '../../look/warning.css'

export function WarningScreen() {
  useStandardsView()
  const id = decodeURIComponent(restOf('/peringatan', path.value))
  useKeys({ t: nextTheme })
  useEffect(() => {
    document.title = `${t('warning.title')} · Siaga`
  }, [language.value])
  return (
    <div class="review warn">
      <header class="top">
        <Menu />
        <LineMark />
      </header>
      <main>{id ? <OfIncident key={id} id={id} /> : <Overview />}</main>
    </div>
  )
}

const HOUR_MS = 3_600_000

function Overview() {
  // An hour is as exact as the question is; what ran out since is left out here.
  const at = new Date(Math.floor(now.value / HOUR_MS) * HOUR_MS).toISOString().replace('Z', '+00:00')
  const view = useView('warning.standing', { at }, { keep: true })
  const rows = view.rows.value.filter((one) => standingOf(one, now.value) === 'holds')
  return (
    <div class="doc">
      <h1>{unseen(view) && !rows.length ? t('warning.title') : t('warning.n-hold', { n: rows.length })}</h1>
      <CopyAge of={view} />
      <ul class="todo">
        {rows.map((one) => (
          <li key={one.warning}>
            <a href={`/peringatan/${encodeURIComponent(one.incident)}`} onClick={follow}>
              <span>
                <b>{one.headline ?? t('journal.erased')}</b>
                <small>{[one.number, one.area ?? ''].filter(Boolean).join(' · ')}</small>
              </span>
              <span class="chip" data-s="watch">
                <Glyph name="watch" /> {t('warning.holds-until', { at: shortTime(ms(one.until)) })}
              </span>
              <Icon name="chev" />
            </a>
          </li>
        ))}
      </ul>
      {unseen(view) ? <NoCopy state={view.state.value} /> : <p class="hint">{t('warning.from-desk')}</p>}
    </div>
  )
}

function OfIncident({ id }: { id: string }) {
  const view = useView<'dispatch.incident', IncidentRow>('dispatch.incident', { incident: id }, { keep: true })
  const row = view.rows.value[0]
  if (row) return <Warnings row={row} />
  return (
    <div class="doc">
      {unseen(view) ? <NoCopy state={view.state.value} /> : <p class="hint">{t('review.no-such')}</p>}
    </div>
  )
}

type Doing = { readonly what: 'issue' } | { readonly what: 'update' | 'cancel'; readonly former: Message }

function Warnings({ row }: { row: IncidentRow }) {
  const device = useDevice()
  const standards = useStandards()
  const view = useView('warning.of-incident', { incident: row.incident }, { keep: true })
  const sender = useSender()
  const doing = useSignal<Doing | undefined>(undefined)
  const done = () => (doing.value = undefined)
  const warns = device.may(WARNERS)
  const rows = view.rows.value
  const holds = rows.filter((one) => standingOf(one, now.value) === 'holds')
  const past = rows.filter((one) => standingOf(one, now.value) !== 'holds')
  const { value: does } = doing
  const what = row.type ? standards.nameOf(row.type) : t('incident.untyped')
  const [before = '', after = ''] = t('warning.of', { number: row.number, what }).split(row.number)
  return (
    <div class="doc">
      <a class="back-to" href="/peringatan" onClick={follow}>
        <Icon name="left" /> {t('warning.all')}
      </a>
      <h1>
        {before}
        <span class="whole">{row.number}</span>
        {after}
      </h1>
      <p class="said-of" role="status" data-s={sender.heard.value?.refusal ? 'watch' : ''}>
        {sender.heard.value?.words ?? ''}
      </p>
      <section aria-label={t('warning.hold-now')}>
        <h2>{t('warning.hold-now')}</h2>
        {holds.length ? null : unseen(view) ? (
          <NoCopy state={view.state.value} />
        ) : (
          <p class="hint">{t('warning.none-holds')}</p>
        )}
        {holds.map((one) => (
          <div key={one.warning}>
            <MessageCard
              one={one}
              {...(warns &&
                !does && {
                  onUpdate: () => (doing.value = { what: 'update', former: one }),
                  onCancel: () => (doing.value = { what: 'cancel', former: one }),
                })}
            />
            {does && does.what !== 'issue' && does.former.warning === one.warning ? (
              does.what === 'update' ? (
                <WarningForm row={row} former={one} sender={sender} onDone={done} />
              ) : (
                <CancelForm former={one} sender={sender} onDone={done} />
              )
            ) : null}
          </div>
        ))}
      </section>
      {does?.what === 'issue' ? (
        <section>
          <h2>{t('warning.new')}</h2>
          <WarningForm row={row} sender={sender} onDone={done} />
        </section>
      ) : null}
      {warns && !does ? (
        <div class="acts">
          <button type="button" class="btn main" onClick={() => (doing.value = { what: 'issue' })}>
            {t('warning.write')}
          </button>
        </div>
      ) : null}
      <p class="hint">{t('warning.by-hand')}</p>
      {past.length ? (
        <section aria-label={t('warning.past')}>
          <h2>{t('warning.past')}</h2>
          {past.map((one) => (
            <MessageCard key={one.warning} one={one} />
          ))}
        </section>
      ) : null}
    </div>
  )
}
