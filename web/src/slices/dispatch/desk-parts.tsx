// Parts of the desk that stand by themselves: its top bar, the incident above the map on a phone, the journal, the pages.
import { now, time, zoneName } from '../../kernel/clock'
import { useDevice, useView } from '../../kernel/device'
import { t } from '../../kernel/i18n'
import { Glyph, Icon, Key, Sym } from '../../look/symbols'
import { Menu } from '../access/menu'
import { lookOfIncident } from './incident-panel'
import { Journal } from './journal'
import { entriesOf, waitingNotes } from './journal-lines'
import type { Incident } from './rows'
import { IncidentClock, StripBar, stripOf } from './strip-bar'

export function Top({ onKeys }: { onKeys(): void }) {
  const device = useDevice()
  return (
    <header class="top">
      <Menu />
      <div class="end">
        <span class="wide">{device.session.value?.name}</span>
        <button type="button" class="btn bare keys" onClick={onKeys}>
          <Key>?</Key> {t('keys.button')}
        </button>
        <span class="wall">{time(now.value)}</span>
        <span class="faint">{zoneName.value}</span>
      </div>
    </header>
  )
}

/** The chosen incident above the map when the window shows one page at a time. */
export function Peek({ incident }: { incident: Incident }) {
  return (
    <section class="peek" aria-label={t('incident.title', { number: incident.number })}>
      <Sym kind={incident.kind} {...lookOfIncident(incident)} />
      <b class="cut">
        {incident.number} {incident.type}
      </b>
      <p class="cut">{incident.place}</p>
      <IncidentClock incident={incident} size="m" />
      {incident.watched ? <StripBar of={stripOf(incident)} large /> : null}
    </section>
  )
}

type LogProps = {
  incident: Incident
  names: Parameters<typeof entriesOf>[1]
  writing: boolean
  onWriting(on: boolean): void
  onNote(text: string): void
}

export function Log({ incident, names, ...rest }: LogProps) {
  const device = useDevice()
  const view = useView('dispatch.journal', { incident: incident.id }, { keep: true })
  const waiting = device.outbox.waiting.value.filter(
    (asked) => asked.acceptedAt === undefined || asked.acceptedAt > view.position.value,
  )
  const entries = [...waitingNotes(waiting, incident.id), ...entriesOf(view.rows.value, names)]
  return <Journal number={incident.number} entries={entries} {...rest} />
}

type PagesProps = { at: string; incident: Incident | undefined; calling: boolean; count: number }

export function Pages({ at, incident, calling, count }: PagesProps) {
  const link = (to: string) => ({ href: `#${to}`, ...(to === at && { 'aria-current': 'page' as const }) })
  return (
    <nav class="pages" aria-label={t('desk.pages')}>
      <a {...link('daftar')}>
        <Icon name="list" /> {t('desk.list')} {count}
      </a>
      <a {...link('peta')}>
        <Icon name="pin" /> {t('map.title')}
      </a>
      <a {...link('rincian')}>
        {incident?.lifeRisk && !incident.exercise && !calling ? <Glyph name="danger" /> : null}
        {calling ? t('call.title') : (incident?.number ?? t('desk.detail'))}
      </a>
    </nav>
  )
}
