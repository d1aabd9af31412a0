// The board itself: sectors, staging with rehab, who comes; places where a lifted crew can be put down.
import { now, span } from '../../kernel/clock'
import { t } from '../../kernel/i18n'
import { Glyph, Icon } from '../../look/symbols'
import { CrewCard } from './crew-card'
import { byDanger, type Column, columnsOf } from './figures'
import { lifted, over, usePut } from './move'
import { REQUEST_WORDS } from './resource-words'
import { type Crew, REHAB, type Request, STAGING } from './rows'
import { crewName, sectorName, useScene } from './scene'

export function Columns({ stacked }: { stacked: boolean }) {
  const { row } = useScene()
  const columns = columnsOf(row)
  const [coming, rest] = [
    columns.filter((one) => one.kind === 'coming'),
    columns.filter((one) => one.kind !== 'coming'),
  ]
  const shown = stacked ? byDanger(rest) : rest
  return (
    <div class="columns" data-n={Math.min(shown.length, 6)} data-moving={lifted.value ? 'yes' : undefined}>
      {shown.map((column) => (
        <ColumnOf key={column.id} column={column}>
          {!stacked && column.kind === 'waiting' ? <Coming column={coming[0]} /> : null}
        </ColumnOf>
      ))}
      {stacked ? (
        <section class="col" aria-label={t('field.coming')}>
          <Coming column={coming[0]} />
        </section>
      ) : null}
    </div>
  )
}

function ColumnOf({ column, children }: { column: Column; children: preact.ComponentChildren }) {
  const { row, acts, open, pending } = useScene()
  const { sector } = column
  const waiting = column.kind === 'waiting'
  const name = waiting ? t('field.staging') : sectorName(row, column.id)
  const more = waiting
    ? t('field.and-rehab')
    : [sector?.leader, sector?.channel, sector ? '' : t('field.sector-unknown')].filter(Boolean).join(' · ')
  const empty = !column.crews.length
  return (
    <section
      class="col"
      aria-label={name}
      data-drop={column.id}
      data-over={over.value === column.id ? 'yes' : undefined}
    >
      <h2 class={pending(column.id) ? 'pending' : ''}>
        {sector && acts ? (
          <button type="button" onClick={() => open(`sektor/${sector.sector}`)}>
            {name}
          </button>
        ) : (
          name
        )}
        <span class="cut">{more}</span>
        <span class="n">
          {column.inside
            ? t('field.people-inside', { n: column.people, inside: column.inside })
            : t('field.org', { n: column.people })}
        </span>
      </h2>
      <Drops column={column} />
      {column.crews.map((crew) => (
        <CrewCard key={crew.crew} crew={crew} />
      ))}
      {empty && !lifted.value ? <p class="none">{waiting ? t('field.nobody-waits') : t('field.nobody-here')}</p> : null}
      {waiting && acts ? (
        <button type="button" class="btn bare add-crew" onClick={() => open('regu-baru')}>
          <Icon name="plus" /> {t('field.crew-new')}
        </button>
      ) : null}
      {children}
    </section>
  )
}

/** Where the lifted crew may go here: the sector, or staging and rehab. */
function Drops({ column }: { column: Column }) {
  const { row } = useScene()
  const put = usePut()
  const crew = row.crews.find((one) => one.crew === lifted.value)
  if (!crew) return null
  const places = column.kind === 'waiting' ? [STAGING, REHAB] : [column.id]
  return (
    <>
      {places
        .filter((place) => place !== crew.sector)
        .map((place) => (
          <button
            type="button"
            key={place}
            class="drop"
            data-drop={place}
            data-over={over.value === place ? 'yes' : undefined}
            onClick={() => put(crew, place)}
          >
            {t('field.move-to', { to: sectorName(row, place) })}
          </button>
        ))}
    </>
  )
}

function Coming({ column }: { column: Column | undefined }) {
  const { row, acts, open } = useScene()
  const asked = row.requests.filter((one) => !['arrived', 'released', 'declined'].includes(one.step))
  if (!column?.crews.length && !asked.length && !acts) return null
  return (
    <>
      <h2>
        {acts ? (
          <button type="button" onClick={() => open('sumber')}>
            {t('field.coming')}
          </button>
        ) : (
          t('field.coming')
        )}
        <span class="n">{column?.people ? t('field.org', { n: column.people }) : ''}</span>
      </h2>
      {column?.crews.map((crew) => (
        <OnTheWay key={crew.crew} crew={crew} />
      ))}
      {asked.map((request) => (
        <Asked key={request.request} request={request} />
      ))}
      {!column?.crews.length && !asked.length ? <p class="none">{t('field.nobody-comes')}</p> : null}
    </>
  )
}

/** A forecast is violet and says that it is one; past its time it only says so. */
export function Eta({ at }: { at: string | null }) {
  if (!at) return null
  const left = Date.parse(at) - now.value
  return (
    <b class={left < 0 ? 'eyes' : 'planned-n'}>
      {left < 0 ? t('field.eta-over', { span: span(-left) }) : `± ${span(left)}`}
    </b>
  )
}

function OnTheWay({ crew }: { crew: Crew }) {
  return (
    <article class="card crew mini come">
      <div class="hd">
        <Glyph name={crew.phase === 'on-the-way' ? 'move' : 'sent'} />
        <b>{crewName(crew)}</b>
        <span>{t('field.org', { n: crew.people })}</span>
        <span class="n">
          <Eta at={crew.eta_at} />
        </span>
      </div>
      <p class="say">{t(crew.phase === 'on-the-way' ? 'field.rolling' : 'field.turning-out')}</p>
    </article>
  )
}

function Asked({ request }: { request: Request }) {
  const { std, pending } = useScene()
  const resource = std.askableName(request.what)
  return (
    <article class={pending(request.request) ? 'card crew mini come pending' : 'card crew mini come'}>
      <div class="hd">
        <Glyph name={request.step === 'on-the-way' ? 'move' : 'plan'} />
        <b>{request.count > 1 ? `${request.count} × ${resource}` : resource}</b>
        <span class="n">
          <Eta at={request.eta_at} />
        </span>
      </div>
      <p class="say">{t(REQUEST_WORDS[request.step] ?? 'field.req-asked')}</p>
    </article>
  )
}
