// One crew whole: its people one by one, what was said of it, where it may go, and what may happen to it.
import { now, shortTime, span, time } from '../../kernel/clock'
import { t } from '../../kernel/i18n'
import { newId } from '../../kernel/ids'
import { Icon } from '../../look/symbols'
import { airOf } from './airs'
import { ParAsk } from './crew-card'
import { maydayOf, outside, rest } from './figures'
import { usePut } from './move'
import { parWord } from './par-words'
import { type Crew, REHAB, STAGING } from './rows'
import { crewName, personName, sectorName, useScene } from './scene'
import { Sheet } from './sheet'
import { Known } from './sheet-air'

export function CrewSheet({ crew }: { crew: Crew }) {
  const { row, acts, close } = useScene()
  const more = [t('field.org', { n: crew.people }), sectorName(row, crew.sector)].join(' · ')
  return (
    <Sheet title={crewName(crew)} more={more} onClose={close}>
      <People crew={crew} />
      {acts ? <ParAsk crew={crew} onDone={() => {}} /> : null}
      {acts ? <Moves crew={crew} /> : null}
      <Resting crew={crew} />
      <Airs crew={crew} />
      <Answers crew={crew} />
      {acts ? <Rare crew={crew} /> : null}
    </Sheet>
  )
}

function People({ crew }: { crew: Crew }) {
  const { row, acts, ask, open } = useScene()
  const out = (person: string) =>
    ask(
      'field.report-exit',
      { crew: crew.crew, persons: [person] },
      t('field.said-one-out', { who: personName(person), crew: crewName(crew) }),
    )
  const waiting = outside(crew)
  return (
    <section>
      <h3>{t('field.people')}</h3>
      <ul class="lines">
        {crew.inside.map((one) => (
          <li key={one.person}>
            <b>{personName(one.person)}</b>
            <span>{t('field.in-sector', { sector: sectorName(row, one.sector), at: shortTime(one.entered.at) })}</span>
            {acts ? (
              <button type="button" class="btn" onClick={() => void out(one.person)}>
                {t('field.exit')}
              </button>
            ) : null}
          </li>
        ))}
        {waiting.map((person) => {
          const came = crew.out.find((one) => one.person === person)
          return (
            <li key={person}>
              <b>{personName(person)}</b>
              <span>{came ? t('field.out-at', { at: shortTime(came.seen.at) }) : t('field.outside')}</span>
            </li>
          )
        })}
      </ul>
      {acts ? (
        <div class="keys-of">
          {waiting.length ? (
            <button type="button" class="btn" onClick={() => open(`masuk/${crew.crew}`)}>
              {t('field.enter')}
            </button>
          ) : null}
          {crew.inside.length ? (
            <button type="button" class="btn" onClick={() => open(`udara/${crew.crew}`)}>
              {t('field.read-bar')}
            </button>
          ) : null}
        </div>
      ) : null}
    </section>
  )
}

function Moves({ crew }: { crew: Crew }) {
  const { row } = useScene()
  const put = usePut()
  const places = [...row.sectors.map((one) => one.sector), STAGING, REHAB].filter((place) => place !== crew.sector)
  return (
    <section>
      <h3>{t('field.move')}</h3>
      <div class="keys-of">
        {places.map((place) => (
          <button type="button" key={place} class="btn" onClick={() => put(crew, place)}>
            {sectorName(row, place)}
          </button>
        ))}
      </div>
    </section>
  )
}

function Resting({ crew }: { crew: Crew }) {
  const { std } = useScene()
  const resting = crew.sector === REHAB ? rest(crew, std.every) : undefined
  return (
    <section>
      <h3>{t('field.work-rest')}</h3>
      <p>{t('field.worked', { n: crew.entries, span: span(crew.worked_s * 1000) })}</p>
      {resting ? (
        <>
          <p>
            {t('field.resting', {
              span: span(now.value - resting.since),
              of: span(resting.until - resting.since),
            })}
          </p>
          <ul class="notices">
            {std.restAsks.map((line) => (
              <li key={line}>{line}</li>
            ))}
          </ul>
        </>
      ) : null}
    </section>
  )
}

function Airs({ crew }: { crew: Crew }) {
  const { std } = useScene()
  const { all } = airOf(crew, std, now.value)
  if (!all.length) return null
  return (
    <section>
      <h3>{t('field.air')}</h3>
      {all.map((one) => (
        <div key={one.person}>
          <h4>{personName(one.person)}</h4>
          <Known of={one} />
        </div>
      ))}
    </section>
  )
}

function Answers({ crew }: { crew: Crew }) {
  if (!crew.answers.length) return null
  return (
    <section>
      <h3>{t('field.par-answers')}</h3>
      <ul class="lines">
        {[...crew.answers].reverse().map((answer) => (
          <li key={answer.seen.ask}>
            <b>{time(answer.seen.at)}</b>
            <span>
              {parWord(answer.result)}
              {answer.present === null ? '' : ` · ${t('field.org', { n: answer.present })}`}
            </span>
          </li>
        ))}
      </ul>
    </section>
  )
}

/** What is rare, or must not be hit by a slip of the finger: contact, MAYDAY, split. */
function Rare({ crew }: { crew: Crew }) {
  const { row, ask, open } = useScene()
  const name = crewName(crew)
  const mayday = maydayOf(row, crew.crew)
  return (
    <section>
      <h3>{t('field.more')}</h3>
      <div class="keys-of">
        {crew.lost_at ? (
          <button
            type="button"
            class="btn main"
            onClick={() =>
              void ask('field.report-contact', { crew: crew.crew }, t('field.said-contact', { crew: name }))
            }
          >
            {t('field.contact-back')}
          </button>
        ) : (
          <button
            type="button"
            class="btn"
            onClick={() =>
              void ask('field.report-lost-contact', { crew: crew.crew }, t('field.said-lost', { crew: name }))
            }
          >
            <Icon name="radio" /> {t('field.contact-lost')}
          </button>
        )}
        <button type="button" class="btn" onClick={() => open(`ubah-regu/${crew.crew}`)}>
          <Icon name="edit" /> {t('field.crew-edit')}
        </button>
        <button type="button" class="btn" onClick={() => open(`bagi-regu/${crew.crew}`)}>
          <Icon name="users" /> {t('field.crew-split')}
        </button>
        {mayday ? null : (
          <button
            type="button"
            class="btn life"
            onClick={() => {
              const id = newId()
              const sector = crew.inside[0]?.sector ?? crew.sector
              void ask('field.call-mayday', { mayday: id, crew: crew.crew, sector }, t('field.said-mayday'))
              open(`mayday/${id}`)
            }}
          >
            <Icon name="stop" /> MAYDAY {name}
          </button>
        )}
      </div>
    </section>
  )
}
