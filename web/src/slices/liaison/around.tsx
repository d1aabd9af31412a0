// What goes on around the scene one looks at: which agency is asked for where, and which units stand ready at which station.
import { ms, now, shortTime } from '../../kernel/clock'
import { t, word } from '../../kernel/i18n'
import { Glyph } from '../../look/symbols'
import { byWork, lookOf } from '../dispatch/rows'
import type { Picture } from '../dispatch/use-picture'
import { agenciesOf, type Called, standing } from './board'

type Props = { picture: Picture; onPick(incident: string): void }

export function Around({ picture, onPick }: Props) {
  const numbers = new Map(picture.incidents.value.map((one) => [one.id, one.number]))
  const agencies = agenciesOf(picture.incidentView.rows.value.filter((row) => numbers.has(row.incident)))
  // A vehicle in reserve has no crew: nobody who asks for help can have it.
  const manned = picture.units.value.filter((unit) => unit.status !== 'reserve')
  const stations = standing(manned, picture.posts.value)
  return (
    <div class="around">
      <section aria-labelledby="liaison-all-others">
        <h2 id="liaison-all-others">{t('liaison.all-others')}</h2>
        {agencies.length ? (
          <ul>
            {agencies.map((agency) => (
              <li key={agency.id}>
                <b>{picture.standards.other(agency.id)}</b>
                <ul>
                  {agency.at.map((called) => (
                    <li key={called.incident}>
                      <button type="button" onClick={() => onPick(called.incident)}>
                        <Step of={called} number={numbers.get(called.incident) ?? ''} />
                      </button>
                    </li>
                  ))}
                </ul>
              </li>
            ))}
          </ul>
        ) : (
          <p class="quiet">{t('liaison.no-others')}</p>
        )}
      </section>
      <section aria-labelledby="liaison-stations">
        <h2 id="liaison-stations">{t('liaison.stations')}</h2>
        <ul>
          {stations.map((one) => (
            <li key={one.id}>
              <b>{one.name}</b>
              <ul class="stand">
                {[...one.units].sort(byWork).map((unit) => (
                  <li key={unit.id}>
                    <Glyph name={lookOf(unit.status).glyph} hue={lookOf(unit.status).hue} /> {unit.code}{' '}
                    <small>{word('status', unit.status)}</small>
                  </li>
                ))}
              </ul>
            </li>
          ))}
        </ul>
      </section>
    </div>
  )
}

function Step({ of, number }: { of: Called; number: string }) {
  return (
    <>
      {of.waits ? <Glyph name="watch" hue="watch" /> : <Glyph name="none" />}
      <b>{number}</b>
      <span>{t('others.since', { step: word('step', of.step), at: shortTime(of.at) })}</span>
      {of.waits ? (
        <span class="end">{t('time.min', { n: Math.max(0, Math.floor((now.value - ms(of.at)) / 60_000)) })}</span>
      ) : null}
    </>
  )
}
