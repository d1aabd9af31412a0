// Open scenes in short. What was said on this device and the node has not heard yet is laid over each scene's board, and
// its row is made of that board: so the list and the board never disagree.
import { computed, effect, type ReadonlySignal, signal, untracked } from '@preact/signals'
import { useEffect, useMemo } from 'preact/hooks'
import { useDevice, useView } from '../../kernel/device'
import type { LiveView, Views } from '../../kernel/live'
import type { Asked } from '../../kernel/words'
import { guessFieldBoard, sceneOf } from './guess'
import type { Board, SceneRow } from './rows'

/** What moves units, rides on them, or ends the incident they are at: the only asks of others that a scene shows. */
const MOVES = new Set([
  'dispatch.report-status',
  'dispatch.set-crew',
  'dispatch.dispatch',
  'dispatch.cancel-unit',
  'dispatch.swap-unit',
  'dispatch.close-incident',
  'intake.cancel-incident',
  'intake.reopen-incident',
])

/**
 * Incidents whose scene may look different by these asks. A unit that is sent elsewhere leaves where it was, and only
 * the boards know where: with the node away all are looked at, else it says so itself before anybody reads a line.
 */
export function touched(waiting: readonly Asked[], open: readonly string[], away: boolean): ReadonlySet<string> {
  return new Set(
    waiting.flatMap(({ command }) => {
      const named = typeof command.incident === 'string' ? [command.incident] : []
      if (command.kind.startsWith('field.')) return named
      if (!MOVES.has(command.kind)) return []
      return away ? [...named, ...open] : []
    }),
  )
}

/** The list, with the rows of these boards in the place of its own. */
export function listed(list: readonly SceneRow[], boards: readonly Board[]): readonly SceneRow[] {
  const made = new Map(boards.map((board) => [board.incident, sceneOf(board)]))
  const known = new Set(list.map((row) => row.incident))
  const begun = [...made].flatMap(([incident, row]) => (row && !known.has(incident) ? [row] : []))
  return [...list.flatMap((row) => (made.has(row.incident) ? (made.get(row.incident) ?? []) : row)), ...begun]
}

type Means = {
  readonly views: Pick<Views, 'view'>
  readonly waiting: ReadonlySignal<readonly Asked[]>
  /** No node answers: what is stored is all there is. */
  readonly away: ReadonlySignal<boolean>
  readonly open: ReadonlySignal<readonly string[]>
}

/** The node's list of scenes, with the boards over it that this device's own asks touch, as long as they wait. */
export function openScenes({ views, waiting, away, open }: Means, list: LiveView<SceneRow>) {
  const boards = signal<ReadonlyMap<string, LiveView<Board>>>(new Map())
  const wanted = computed(() => [...touched(waiting.value, open.value, away.value)].sort().join(' '))
  const look = (ids: readonly string[]) => {
    const before = boards.peek()
    const board = (incident: string) =>
      before.get(incident) ?? views.view<Board>('field.board', { incident }, { guess: guessFieldBoard, keep: true })
    boards.value = new Map(ids.map((id) => [id, board(id)]))
    for (const [id, view] of before) if (!ids.includes(id)) view.close()
  }
  const stop = effect(() => {
    const ids = wanted.value.split(' ').filter(Boolean)
    untracked(() => look(ids))
  })
  /** A stored board may be older than the list: it counts only where the list is not newer either. */
  const rows = computed(() =>
    listed(
      list.rows.value,
      [...boards.value.values()].flatMap((view) =>
        view.state.value === 'live' || away.value ? view.rows.value.slice(0, 1) : [],
      ),
    ),
  )
  return {
    rows,
    close() {
      stop()
      look([])
    },
  }
}

/** Scenes as this device knows them; `open`: the incidents that stand open. */
export function useScenes(open: readonly string[]): ReadonlySignal<readonly SceneRow[]> {
  const { views, outbox, feed } = useDevice()
  const list = useView<'field.scenes', SceneRow>('field.scenes', {}, { keep: true })
  const incidents = useMemo(() => signal<readonly string[]>([]), [])
  const scenes = useMemo(() => {
    const away = computed(() => feed.line.value !== 'connected')
    return openScenes({ views, waiting: outbox.waiting, away, open: incidents }, list)
  }, [views, outbox, list])
  useEffect(() => () => scenes.close(), [scenes])
  const ids = open.join(' ')
  useEffect(() => {
    incidents.value = open
  }, [ids])
  return scenes.rows
}
