// Devices: a one-time link for a new one, links nobody has used yet, and where those that are in belong.
import { useComputed, useSignal } from '@preact/signals'
import { useEffect, useRef } from 'preact/hooks'
import type { Row } from '../../kernel/contract'
import { useView } from '../../kernel/device'
import { linkPicture } from '../../kernel/doors'
import { t } from '../../kernel/i18n'
import type { AskNow } from './ask-now'
import { roleWords } from './settings-accounts'
import { type Link, NewDevice } from './settings-new-device'
import { Once, OpenRow, Sure } from './settings-parts'
import { over, seen, until, untilHour } from './settings-times'

type DeviceRow = Row<'access.devices'>
type OfferRow = Row<'access.offers'>

export function Devices({ now }: { now: AskNow }) {
  const rows = useView('access.devices').rows.value
  const offers = useView('access.offers').rows.value
  const board = useView('dispatch.board', {}, { keep: true }).rows
  const units = useComputed(() => board.value.map((one) => one.unit).sort(byNumber)).value
  const link = useSignal<Link | undefined>(undefined)
  return (
    <>
      {link.value ? (
        <Offered
          key={link.value.offer}
          link={link.value}
          offers={offers}
          now={now}
          onAway={() => (link.value = undefined)}
        />
      ) : null}
      <NewDevice now={now} units={units} onMade={(made) => (link.value = made)} />
      {offers.length ? (
        <section aria-labelledby="offers">
          <h2 id="offers">{t('accounts.offers')}</h2>
          <ul class="things">
            {offers.map((row) => (
              <Offer key={row.offer} row={row} now={now} />
            ))}
          </ul>
        </section>
      ) : null}
      <section aria-labelledby="enrolled">
        <h2 id="enrolled">{t('accounts.enrolled')}</h2>
        {rows.length ? (
          <ul class="things">
            {rows.map((row) => (
              <Device key={row.device} row={row} units={units} now={now} />
            ))}
          </ul>
        ) : (
          <p class="hint">{t('accounts.no-device')}</p>
        )}
      </section>
    </>
  )
}

const codes = new Intl.Collator('id', { numeric: true })
const byNumber = (a: string, b: string) => codes.compare(a, b)

type OfferedProps = { link: Link; offers: readonly OfferRow[]; now: AskNow; onAway(): void }

/** The link and its picture, until it is put away or somebody has used it: then it is worth nothing. */
function Offered({ link, offers, now, onAway }: OfferedProps) {
  const drawn = useSignal<{ readonly url?: string; readonly address: string } | undefined>(undefined)
  const stood = useRef(false)
  const stands = offers.some((one) => one.offer === link.offer)
  useEffect(() => {
    if (stands) stood.current = true
    else if (stood.current) {
      now.said.value = { words: t('accounts.link-gone', { name: link.label }) }
      onAway()
    }
  }, [stands])
  useEffect(() => {
    let url: string | undefined
    let gone = false
    linkPicture(link.code).then(
      ({ picture, address }) => {
        if (gone) return
        url = URL.createObjectURL(picture)
        drawn.value = { url, address }
      },
      // Without the picture the words of the link are enough.
      () => (drawn.value = { address: location.origin }),
    )
    return () => {
      gone = true
      if (url) URL.revokeObjectURL(url)
    }
  }, [])
  const made = drawn.value
  if (!made) return null
  return (
    <Once
      label={t('accounts.link-of', { name: link.label })}
      how={t('accounts.link-how')}
      secret={`${made.address}/masuk/perangkat#${link.code}`}
      onAway={onAway}
    >
      {made.url ? <img class="qr" src={made.url} alt={t('accounts.link-picture')} /> : null}
      <span class="until">{untilHour(link.until)}</span>
    </Once>
  )
}

function Offer({ row, now }: { row: OfferRow; now: AskNow }) {
  const late = over(row.expires_at)
  return (
    <OpenRow
      title={row.label}
      more={[row.unit ?? '', roleWords(row.roles), late ? '' : untilHour(row.expires_at)].filter(Boolean).join(' · ')}
      off={late}
      end={late ? t('accounts.expired') : ''}
    >
      <div class="acts">
        <Sure
          words={t('accounts.withdraw-link')}
          sure={t('accounts.withdraw-link-sure')}
          onDone={() =>
            void now.ask(
              { kind: 'access.withdraw-enrolment', offer: row.offer },
              t('accounts.link-gone', { name: row.label }),
            )
          }
        />
      </div>
    </OpenRow>
  )
}

type DeviceProps = { row: DeviceRow; units: readonly string[]; now: AskNow }

function Device({ row, units, now }: DeviceProps) {
  const late = over(row.expires_at)
  const wanted = useSignal<string | undefined>(undefined)
  const here = row.unit ?? ''
  const unit = wanted.value ?? here
  async function move(event: Event) {
    event.preventDefault()
    const words = unit
      ? t('accounts.device-moved', { name: row.label, unit })
      : t('accounts.device-loose', { name: row.label })
    if (await now.ask({ kind: 'access.assign-device', device: row.device, unit: unit || null }, words))
      wanted.value = undefined
  }
  return (
    <OpenRow
      title={row.label}
      more={[row.unit ?? t('accounts.no-unit'), roleWords(row.roles), seen(row.seen_at), until(row.expires_at)].join(
        ' · ',
      )}
      off={late}
      end={late ? t('accounts.expired') : ''}
    >
      <form class="move" onSubmit={move}>
        <label class="field">
          <span>{t('accounts.device-unit')}</span>
          <select class="input" value={unit} onChange={(event) => (wanted.value = event.currentTarget.value)}>
            <option value="">{t('accounts.no-unit')}</option>
            {[...new Set([...units, ...(here ? [here] : [])])].map((one) => (
              <option key={one} value={one}>
                {one}
              </option>
            ))}
          </select>
        </label>
        <button type="submit" class="btn main" disabled={unit === here}>
          {t('accounts.move-device')}
        </button>
      </form>
      <div class="acts">
        <Sure
          words={t('accounts.end-device')}
          sure={t('accounts.end-device-sure')}
          onDone={() =>
            void now.ask(
              { kind: 'access.revoke-device', device: row.device },
              t('accounts.device-ended', { name: row.label }),
            )
          }
        />
      </div>
    </OpenRow>
  )
}
