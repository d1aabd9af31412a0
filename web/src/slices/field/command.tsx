// Komando: who is where, since when, what is next. One board for tablet, desk and phone.
import { useComputed } from '@preact/signals'
import { useEffect } from 'preact/hooks'
import { now } from '../../kernel/clock'
import { lineOf, useDevice, useView } from '../../kernel/device'
import { t } from '../../kernel/i18n'
import { useKeys } from '../../kernel/keys'
import { go, page, path } from '../../kernel/router'
import { nextTheme } from '../../kernel/theme'
import { Said, useSaid } from '../dispatch/said'
import { guessIncidents, type IncidentRow } from '../dispatch/views'
import { useStandardsView } from '../intake/standards'
import { FieldAlarms, useFieldAlarms } from './alarms'
import { Bar } from './bar'
import { Columns } from './columns'
import { EndedLine } from './ended'
import { openMaydays } from './figures'
import { guessFieldBoard } from './guess'
import { localAlarms, merged } from './local-alarms'
import { MaydayBands } from './mayday'
import { pendingIds } from './pending'
import { Paper } from './print'
import type { AlarmRow, Board } from './rows'
import { nameOfCrew, type Scene, SceneContext } from './scene'
import { EvacuationLines } from './sheet-evacuation'
import { PartLine } from './sheet-part'
import { Holders } from './sheet-structure'
import { OpenSheet } from './sheets'
import { Side } from './side'
import { fieldStandards, useFieldStandardsView } from './standards'
import { Top } from './top'
import { useNarrow } from './use-narrow'

/** Who acts at the scene; others see the same board without its acts. */
const SCENE = ['dispatcher', 'shift-leader', 'crew', 'commander']
const MOST_LEVEL = 3
const KEEPS_LIST = { guess: guessIncidents, keep: true, later: true }

export function Command({ incident }: { incident: string }) {
  const device = useDevice()
  const said = useSaid()
  useStandardsView()
  useFieldStandardsView()
  const view = useView<'field.board', Board>('field.board', { incident }, { guess: guessFieldBoard, keep: true })
  const names = useView('access.names', {}, { keep: true })
  const nameOf = useComputed(() => new Map(names.rows.value.map((row) => [row.actor, row.name])))
  const alarms = useFieldAlarms()
  // Kept beside the board: without it there is no list to choose another scene from when the node is away.
  useView<'dispatch.incidents', IncidentRow>('dispatch.incidents', {}, KEEPS_LIST)
  const narrow = useNarrow()
  const waiting = device.outbox.waiting.value.filter(
    (asked) => asked.acceptedAt === undefined || asked.acceptedAt > view.position.value,
  )
  const ids = pendingIds(waiting, incident)
  const row = view.rows.value[0]

  const open = (sheet: string) => go(`${path.value}#${sheet}`)
  const close = () => go(path.value, { replace: true })
  const std = fieldStandards()
  const online = lineOf(device).line === 'connected'
  const all =
    online || !row
      ? alarms.rows.value
      : merged(alarms.rows.value, localAlarms(row, std, now.value, device.outbox.waiting.value), row)
  const mine = all.filter((alarm) => alarm.incident === incident)
  const untaken = mine.filter((alarm) => !alarm.taken_at)
  const take = (alarm: AlarmRow) => void said.after(alarms.take(alarm), t('field.said-taken'))
  useKeys({
    a: () => (untaken[0] ? take(untaken[0]) : false),
    t: nextTheme,
    j: () => open('jurnal'),
    p: () => open('par'),
    c: () => open('catat'),
    l: () => open('lain'),
    s: () => open('sop'),
  })
  useEffect(() => {
    document.title = row ? `${row.number} Komando` : 'Komando'
  }, [row?.number])

  if (!row) return <Empty state={view.state.value} />

  const scene: Scene = {
    row,
    device,
    said,
    std,
    online,
    commands: row.commander !== null && row.commander.account === device.session.value?.account,
    acts: device.may(SCENE),
    pending: (id) => ids.has(id),
    ask: (kind, fields, words, options) =>
      said.after(device.ask({ kind, incident, ...fields } as never, options), words),
    who: (id) => nameOf.value.get(id) ?? id,
    open,
    close,
  }
  const raise = () => {
    const level = Math.min(row.level + 1, MOST_LEVEL)
    void said.after(device.ask({ kind: 'dispatch.raise-level', incident, level }), t('field.said-raised', { n: level }))
  }
  const maydays = openMaydays(row)
  const bars = untaken.filter((alarm) => alarm.kind !== 'mayday')
  const sheet = page.value
  return (
    <SceneContext.Provider value={scene}>
      <div
        class="komando"
        data-mode="field"
        data-mayday={maydays.length ? 'yes' : undefined}
        data-sheet={sheet ? 'yes' : undefined}
      >
        <div class="over">
          <MaydayBands alarms={mine} onTake={take} />
          <FieldAlarms
            alarms={untaken}
            crew={(id) => nameOfCrew(row, id)}
            onTake={take}
            silentBar={(alarm) => alarm.kind === 'mayday'}
          />
          <Top of={view} small={maydays.length > 0 || bars.length > 0 || (narrow && sheet !== '')} />
          <EndedLine />
          <EvacuationLines />
          <PartLine />
        </div>
        <main class="board">
          <Columns stacked={narrow} />
          <Side />
        </main>
        {sheet ? <OpenSheet hash={sheet} onRaise={raise} /> : null}
        <Bar onRaise={raise} />
        <Holders />
        <Said said={said} skip={undefined} />
        <Paper at={now.value} />
      </div>
    </SceneContext.Provider>
  )
}

/** Nothing to show: it comes, it never came, or there is no such scene. */
function Empty({ state }: { state: string }) {
  return (
    <div class="komando empty" data-mode="field">
      <p>{t(state === 'loading' ? 'desk.loading' : state === 'failed' ? 'field.never-seen' : 'field.no-scene')}</p>
      <button type="button" class="btn touch" onClick={() => go('/komando')}>
        {t('field.choose')}
      </button>
    </div>
  )
}
