// The board on paper: who is where since when, sectors, tasks, dangers; a plain A4 sheet for when the screen is gone.
import { date, shortTime, span, time } from '../../kernel/clock'
import { number, t } from '../../kernel/i18n'
import { shortNumber } from '../intake/number'
import { useStandards } from '../intake/standards'
import { airOf } from './airs'
import { columnsOf, count, insideSince } from './figures'
import { crewName, personName, sectorName, useScene } from './scene'
import { isOpen } from './sheet-task'

export function Paper({ at }: { at: number }) {
  const { row, std } = useScene()
  const words = useStandards()
  const { crews, people, inside } = count(row)
  const list = columnsOf(row).flatMap((column) => column.crews.map((crew) => ({ column, crew })))
  return (
    <div class="paper" aria-hidden="true">
      <h1>
        {shortNumber(row.number)} {row.type ? words.nameOf(row.type) : ''} {row.exercise ? t('incident.exercise') : ''}
      </h1>
      <p>
        {[row.place, t('incident.level', { n: row.level }), row.channel].filter(Boolean).join(' · ')}
        <br />
        {t('field.paper-at', { date: date(at), at: time(at) })} · {t('field.commander')}{' '}
        {row.commander
          ? `${row.commander.holder} ${t('field.since', { at: shortTime(row.commander.since) })}`
          : t('field.nobody-commands')}
        <br />
        {t('field.paper-count', { crews, people, inside })}
      </p>
      <table>
        <thead>
          <tr>
            <th>{t('field.crew-word')}</th>
            <th>{t('field.people')}</th>
            <th>{t('field.sector-word')}</th>
            <th>{t('field.paper-in')}</th>
            <th>{t('field.air')}</th>
            <th>PAR</th>
            <th>{t('field.paper-note')}</th>
          </tr>
        </thead>
        <tbody>
          {list.map(({ column, crew }) => {
            const since = insideSince(crew)
            const last = airOf(crew, std, at).worst?.last
            return (
              <tr key={crew.crew}>
                <td>
                  <b>{crewName(crew)}</b>
                </td>
                <td>
                  {crew.people}
                  {crew.inside.length ? `: ${crew.inside.map((one) => personName(one.person)).join(', ')}` : ''}
                </td>
                <td>{column.kind === 'coming' ? t('field.coming') : sectorName(row, crew.sector)}</td>
                <td>{since === undefined ? '' : `${shortTime(since)} (${span(at - since)})`}</td>
                <td>{last ? `${number(last.bar)} bar ${shortTime(last.at)}` : ''}</td>
                <td>{crew.accounted_at ? shortTime(crew.accounted_at) : ''}</td>
                <td />
              </tr>
            )
          })}
        </tbody>
      </table>
      <h2>{t('field.sectors')}</h2>
      <ul>
        {row.sectors.map((sector) => (
          <li key={sector.sector}>{[sector.name, sector.leader, sector.channel].filter(Boolean).join(' · ')}</li>
        ))}
      </ul>
      <h2>{t('field.tasks')}</h2>
      <ul>
        {row.tasks.filter(isOpen).map((task) => (
          <li key={task.task}>☐ {std.taskName(task)}</li>
        ))}
      </ul>
      <h2>{t('field.hazards')}</h2>
      <p>{row.hazards.map((hazard) => std.hazardName(hazard.kind)).join('; ') || t('field.no-hazards')}</p>
    </div>
  )
}
