// Which scene: the one this device's unit is at stands first, then those with somebody in danger, then by age.
import { ms, now, shortTime } from '../../kernel/clock'
import { useView } from '../../kernel/device'
import { t } from '../../kernel/i18n'
import { go } from '../../kernel/router'
import { CopyAge, NoCopy, unseen } from '../../look/copy'
import { LineMark } from '../../look/line-mark'
import { Glyph, Sym } from '../../look/symbols'
import { Menu } from '../access/menu'
import { guessIncidents, type IncidentRow } from '../dispatch/views'
import { shortNumber } from '../intake/number'
import { useStandards, useStandardsView } from '../intake/standards'
import { insideOf, useBoard, useHeldBoards, wantedBack } from './held-boards'
import type { SceneRow } from './rows'
import { useScenes } from './scenes'
import { hours } from './top'

/** Units first that this device rides on; a MAYDAY before all else. */
export function inOrder(
  incidents: readonly IncidentRow[],
  scenes: ReadonlyMap<string, SceneRow>,
  unit: string | undefined,
): readonly IncidentRow[] {
  const own = (row: IncidentRow) => Number(row.units.some((one) => one.unit === unit && !one.ended_at))
  const danger = (row: IncidentRow) => scenes.get(row.incident)?.maydays ?? 0
  return incidents
    .filter((row) => row.state === 'open')
    .sort((a, b) => danger(b) - danger(a) || own(b) - own(a) || ms(b.opened_at) - ms(a.opened_at))
}

export function ChooseScene({ unit }: { unit: string | undefined }) {
  useStandardsView()
  const words = useStandards()
  const incidents = useView<'dispatch.incidents', IncidentRow>(
    'dispatch.incidents',
    {},
    { guess: guessIncidents, keep: true },
  )
  const scenes = useScenes(incidents.rows.value.map((row) => row.incident))
  const known = new Map(scenes.value.map((row) => [row.incident, row]))
  const list = inOrder(incidents.rows.value, known, unit)
  const held = useHeldBoards().filter((id) => !list.some((row) => row.incident === id))
  return (
    <div class="komando choose" data-mode="field">
      <header class="top">
        <Menu />
        <div class="title">
          <h1>{t('field.choose')}</h1>
        </div>
        <div class="meta">
          <CopyAge of={incidents} />
          <LineMark />
        </div>
      </header>
      <main>
        {held.map((id) => (
          <HeldScene key={id} incident={id} listKnown={incidents.state.value === 'live'} />
        ))}
        {list.map((row) => {
          const scene = known.get(row.incident)
          return (
            <button type="button" key={row.incident} class="card scene" onClick={() => go(`/komando/${row.incident}`)}>
              <Sym kind={words.letterOf(row.type)} {...(row.exercise && { look: 'drill' as const })} />
              <span>
                <b>
                  {shortNumber(row.number)} {row.type ? words.nameOf(row.type) : t('incident.untyped')}
                </b>
                <small class="cut">{row.place}</small>
                <small>
                  {scene?.maydays ? (
                    <b class="life-word">
                      <Glyph name="danger" /> MAYDAY
                    </b>
                  ) : null}{' '}
                  {scene?.commander
                    ? t('field.commanded-by', { who: scene.commander, at: shortTime(scene.since ?? row.opened_at) })
                    : t('field.nobody-commands')}
                  {scene ? ` · ${t('field.people-inside', { n: scene.people, inside: scene.inside })}` : ''}
                </small>
              </span>
              <span class="clock">{hours(now.value - ms(row.answered_at ?? row.opened_at))}</span>
            </button>
          )
        })}
        {unseen(incidents) ? (
          <NoCopy state={incidents.state.value} />
        ) : list.length ? null : (
          <p class="none">{t('desk.calm')}</p>
        )}
      </main>
    </div>
  )
}

/** A scene that no list shows, from its board on this device. */
function HeldScene({ incident, listKnown }: { incident: string; listKnown: boolean }) {
  const words = useStandards()
  const board = useBoard(incident)
  if (!board || !wantedBack(board, listKnown)) return null
  const inside = insideOf(board)
  return (
    <button type="button" class="card scene" onClick={() => go(`/komando/${incident}`)}>
      <Sym kind={words.letterOf(board.type)} look={board.exercise ? 'drill' : 'held'} />
      <span>
        <b>
          {shortNumber(board.number)} {board.type ? words.nameOf(board.type) : t('incident.untyped')}
        </b>
        <small class="cut">{board.place}</small>
        <small>
          {board.state === 'open' ? (
            t('field.held-here')
          ) : (
            <b class="eyes">{t(board.state === 'cancelled' ? 'field.is-cancelled' : 'field.is-closed')}</b>
          )}
          {inside ? ` · ${t('field.still-inside', { n: inside })}` : ''}
        </small>
      </span>
      <span class="clock">{hours(now.value - ms(board.answered_at))}</span>
    </button>
  )
}
