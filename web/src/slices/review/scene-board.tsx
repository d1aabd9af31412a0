// The command board of the moment, to be read: sectors with their crews, who comes, what was asked, dangers.
import { ms, shortTime, span, time } from '../../kernel/clock'
import { number, t } from '../../kernel/i18n'
import { Glyph } from '../../look/symbols'
import { columnsOf, insideSince, openEvacuations, openMaydays } from '../field/figures'
import { type Board, type Crew, REHAB } from '../field/rows'
import { crewName, nameOfCrew, sectorName } from '../field/scene'
import type { FieldStandards } from '../field/standards'

type Props = { board: Board; at: number; std: FieldStandards; silent: boolean }

/** `silent`: nothing was ever recorded at the scene. */
export function SceneBoard({ board, at, std, silent }: Props) {
  const columns = columnsOf(board).filter((column) => column.crews.length)
  const open = board.tasks.filter((one) => one.step === 'open' || one.step === 'going')
  const { commander } = board
  return (
    <section class="brd" aria-label={t('review.board', { time: time(at) })}>
      <div class="head">
        <h2>{t('review.board', { time: time(at) })}</h2>
        <span>
          {commander
            ? t('review.commander', { holder: commander.holder, since: shortTime(commander.since) })
            : t('review.no-commander')}
        </span>
      </div>
      {openMaydays(board).map((one) => (
        <p key={one.mayday} class="note" data-s="danger">
          <Glyph name="danger" /> MAYDAY {nameOfCrew(board, one.crew)} {span(at - ms(one.at))}
        </p>
      ))}
      {openEvacuations(board).map((one) => (
        <p key={one.evacuation} class="note" data-s="watch">
          <Glyph name="watch" />{' '}
          {t('review.evacuation', { where: sectorName(board, one.sector), since: shortTime(one.at) })}
        </p>
      ))}
      {columns.map((column) => (
        <div key={column.id} class="of">
          <h3>
            {column.kind === 'coming'
              ? t('field.coming')
              : column.kind === 'waiting'
                ? t('field.staging')
                : sectorName(board, column.id)}
            <span>{column.people ? t('field.org', { n: column.people }) : ''}</span>
          </h3>
          {column.crews.map((crew) => (
            <CrewLine key={crew.crew} crew={crew} at={at} />
          ))}
        </div>
      ))}
      {columns.length ? null : <p class="faint">{t(silent ? 'review.nothing-at-scene' : 'review.nobody-yet')}</p>}
      {open.length ? (
        <div class="of">
          <h3>{t('review.open-tasks')}</h3>
          {open.map((task) => (
            <p key={task.task} class="mini">
              <span>{std.taskName(task)}</span>
              <span class="faint num">{shortTime(task.set_at)}</span>
            </p>
          ))}
        </div>
      ) : null}
    </section>
  )
}

function CrewLine({ crew, at }: { crew: Crew; at: number }) {
  const since = insideSince(crew)
  const bars = crew.inside.flatMap((one) => one.air.at(-1)?.bar ?? [])
  const more = since
    ? [
        t(crew.people ? 'field.people-inside' : 'review.inside', { n: crew.people, inside: crew.inside.length }),
        bars.length ? `${number(Math.min(...bars))} bar` : '',
      ]
    : [crew.people ? t('field.org', { n: crew.people }) : '', crew.sector === REHAB ? t('field.rehab') : '']
  const figure = since
    ? span(at - since)
    : crew.phase === 'arrived' && crew.arrived_at
      ? t('review.there-since', { since: shortTime(crew.arrived_at) })
      : crew.eta_at
        ? t('review.forecast', { time: shortTime(crew.eta_at) })
        : ''
  return (
    <p class="mini" data-inside={since ? 'yes' : undefined}>
      <span>
        <b>{crewName(crew)}</b> {more.filter(Boolean).join(' · ')}
      </span>
      <span class={since ? 'clock s' : 'faint num'}>{figure}</span>
    </p>
  )
}
