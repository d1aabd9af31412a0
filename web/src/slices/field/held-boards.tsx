// Boards that lie on this device: the way back to a scene that no list shows, since it is over or the list was never seen.
import { useSignal } from '@preact/signals'
import { useEffect } from 'preact/hooks'
import { useDevice, useView } from '../../kernel/device'
import { guessFieldBoard } from './guess'
import type { Board } from './rows'

/** Older ones are of scenes nobody goes back to. */
const MOST = 12
const KEY = 'field.board?incident='

/** Incidents whose board this device holds, the latest first. */
export function useHeldBoards(): readonly string[] {
  const device = useDevice()
  const ids = useSignal<readonly string[]>([])
  useEffect(() => {
    let stands = true
    void device.stored().then((all) => {
      if (!stands) return
      const boards = all.filter(({ key, rows }) => key.startsWith(KEY) && rows).sort((a, b) => b.at - a.at)
      ids.value = boards.slice(0, MOST).map(({ key }) => new URLSearchParams(key.split('?')[1]).get('incident') ?? '')
    })
    return () => {
      stands = false
    }
  }, [])
  return ids.value
}

export const insideOf = (board: Board) => board.crews.reduce((so, crew) => so + crew.inside.length, 0)

/** No list shows it, and somebody has to get back to it: people are inside, or nobody can say that it is over. */
export const wantedBack = (board: Board, listKnown: boolean) =>
  insideOf(board) > 0 || (!listKnown && board.state === 'open')

export function useBoard(incident: string) {
  return useView<'field.board', Board>('field.board', { incident }, { guess: guessFieldBoard, keep: true }).rows
    .value[0]
}
