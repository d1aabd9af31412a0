// The column beside the board: tasks and journal, or what is known of a MAYDAY and its steps.

import { time } from '../../kernel/clock'
import { useDevice, useView } from '../../kernel/device'
import { t } from '../../kernel/i18n'
import type { Entry } from '../dispatch/journal'
import { entriesOf } from '../dispatch/journal-lines'
import { useStandards } from '../intake/standards'
import { SopLines } from '../sop/scene'
import { openMaydays } from './figures'
import { fieldEntries, inOrder, waitingEntries } from './journal-lines'
import { MaydayPanel } from './mayday'
import type { JournalRow } from './rows'
import { useScene } from './scene'
import { Sheet } from './sheet'
import { Tasks } from './sheet-task'

export function Side() {
  const { row } = useScene()
  const mayday = openMaydays(row)[0]
  return (
    <aside class="side" aria-label={t(mayday ? 'field.mayday-news' : 'field.tasks-journal')}>
      {mayday ? <MaydayPanel mayday={mayday} /> : null}
      <SopLines />
      {mayday ? null : <Tasks />}
      <div class="head rule">
        <h2>{t('field.journal')}</h2>
      </div>
      <Log most={40} />
    </aside>
  )
}

/** Everything that was seen, ordered and done here, newest first, from both slices of the log. */
function useEntries(): readonly Entry[] {
  const { row, std, who } = useScene()
  const device = useDevice()
  const standards = useStandards()
  const scene = useView<'field.journal', JournalRow>('field.journal', { incident: row.incident }, { keep: true })
  const desk = useView('dispatch.journal', { incident: row.incident }, { keep: true })
  const stations = useView('dispatch.stations', {}, { keep: true })
  // What the timer found needs no name beside it.
  const actor = (id: string) => (id === 'timer' ? '' : who(id))
  const names = { row, std, actor }
  const station = (id: string) => stations.rows.value.find((one) => one.station === id)?.name ?? id
  const waiting = device.outbox.waiting.value.filter(
    (asked) => asked.acceptedAt === undefined || asked.acceptedAt > scene.position.value,
  )
  return inOrder([
    ...waitingEntries(waiting, row.incident, names),
    ...fieldEntries(scene.rows.value, names),
    ...entriesOf(desk.rows.value, { actor, station, standards }),
  ])
}

export function Log({ most }: { most?: number }) {
  const entries = useEntries()
  return (
    <ol class="log" reversed>
      {entries.slice(0, most).map((entry) => (
        <li key={entry.key} class={entry.pending ? 'pending' : ''}>
          <time dateTime={new Date(entry.at).toISOString()}>{time(entry.at)}</time>
          <span>
            {entry.was ? (
              <>
                <del>{entry.was}</del>{' '}
              </>
            ) : null}
            {entry.mark ? <b class="mark">{entry.text}</b> : entry.text}
            {entry.pending ? <span class="who"> · {t('journal.waiting')}</span> : null}
            {entry.who && !entry.pending ? <span class="who"> · {entry.who}</span> : null}
          </span>
        </li>
      ))}
    </ol>
  )
}

export function JournalSheet() {
  const { close } = useScene()
  return (
    <Sheet title={t('field.journal')} onClose={close}>
      <Log />
    </Sheet>
  )
}
