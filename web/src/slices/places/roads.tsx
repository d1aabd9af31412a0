// Closed roads: closing here, with radius and until when, and opening again. Proposals count them from the next second.
import { useSignal } from '@preact/signals'
import { useEffect, useRef } from 'preact/hooks'
import { instantNext, ms, now, shortTime } from '../../kernel/clock'
import type { Row } from '../../kernel/contract'
import { useDevice, useView } from '../../kernel/device'
import { number, t } from '../../kernel/i18n'
import { newId } from '../../kernel/ids'
import { useKeys } from '../../kernel/keys'
import type { Guess, LiveView } from '../../kernel/live'
import type { LngLat } from '../../kernel/map'
import type { Outcome } from '../../kernel/words'
import { Choices } from '../../look/choices'
import { Icon, Key } from '../../look/symbols'

export type Closure = Row<'places.closures'>
/** A closure that is being drawn: where, and how far (m). */
export type Closing = { readonly at: LngLat; readonly radius: number }

export const RADII = [50, 100, 250, 500] as const

export const guessClosures: Guess<Closure> = (rows, asked) => {
  const { command } = asked
  if (command.kind === 'places.reopen-road') return rows.filter((row) => row.closure !== command.closure)
  if (command.kind !== 'places.close-road' || rows.some((row) => row.closure === command.closure)) return rows
  return [
    ...rows,
    {
      closure: String(command.closure),
      lon: Number(command.lon),
      lat: Number(command.lat),
      radius_m: Number(command.radius_m),
      polygon: [],
      links: [],
      from_at: asked.seenAt ?? asked.at,
      until: command.until ? String(command.until) : null,
      note: command.note ? String(command.note) : null,
      actor: asked.account,
    },
  ]
}

export const useClosures = (): LiveView<Closure> => useView('places.closures', {}, { guess: guessClosures, keep: true })

/** Those that hold now. */
export const standing = (rows: readonly Closure[]) => rows.filter((row) => !row.until || ms(row.until) > now.value)

type Props = {
  closures: readonly Closure[]
  closing: Closing
  onClosing(next: Closing): void
  onDone(outcome: Promise<Outcome>, text: string): void
  onShow(at: LngLat): void
  onBack(): void
}

export function Roads({ closures, closing, onClosing, onDone, onShow, onBack }: Props) {
  const device = useDevice()
  const until = useSignal('')
  const wrong = useSignal(false)
  const note = useRef<HTMLInputElement>(null)
  const first = useRef<HTMLInputElement>(null)
  useEffect(() => first.current?.focus(), [])
  useKeys({ Escape: onBack })
  const list = standing(closures)

  function close() {
    const text = until.value.trim()
    const at = text ? instantNext(text, now.value) : undefined
    wrong.value = text !== '' && at === undefined
    if (wrong.value) return
    const why = note.current?.value.trim()
    const [lon, lat] = closing.at
    onDone(
      device.ask({
        kind: 'places.close-road',
        closure: newId(),
        lon,
        lat,
        radius_m: closing.radius,
        ...(at && { until: at }),
        ...(why && { note: why }),
      }),
      t('road.said-closed', { n: number(closing.radius) }),
    )
    onBack()
  }

  return (
    <section class="panel roads" aria-labelledby="roads-head">
      <div class="head">
        <h2 id="roads-head">{t('road.title')}</h2>
        <span>{t('road.where', { lat: number(closing.at[1], 5), lon: number(closing.at[0], 5) })}</span>
      </div>
      <form
        class="acts"
        onSubmit={(event) => {
          event.preventDefault()
          close()
        }}
      >
        <Choices
          label={t('road.radius')}
          value={String(closing.radius)}
          of={RADII.map((radius) => [String(radius), `${number(radius)} m`])}
          onPick={(radius) => onClosing({ ...closing, radius: Number(radius) })}
        />
        <input
          class="input clock-in"
          ref={first}
          aria-label={t('road.until')}
          placeholder={t('road.until')}
          aria-invalid={wrong.value}
          autocomplete="off"
          value={until.value}
          onInput={(event) => {
            until.value = event.currentTarget.value
          }}
        />
        <input class="input" ref={note} aria-label={t('road.note')} placeholder={t('road.note')} maxLength={400} />
        <p class="hint">{t(wrong.value ? 'times.bad' : 'road.hint')}</p>
        <button type="submit" class="btn">
          {t('road.close')} <Key>Enter</Key>
        </button>
        <button type="button" class="btn bare" onClick={onBack}>
          {t('do.back')} <Key>Esc</Key>
        </button>
      </form>
      {list.length ? (
        <ul class="others" aria-label={t('road.closed-now')}>
          {list.map((row) => (
            <li key={row.closure} class="row agy">
              <button
                type="button"
                class="btn bare"
                onClick={() => {
                  if (row.lon !== null && row.lat !== null) onShow([row.lon, row.lat])
                }}
              >
                <Icon name="pin" /> {row.until ? t('map.closed-until', { at: shortTime(row.until) }) : t('map.closed')}
              </button>
              <span class="faint cut">
                {[row.radius_m === null ? '' : `${number(row.radius_m)} m`, row.note].filter(Boolean).join(' · ')}
              </span>
              <button
                type="button"
                class="btn bare"
                onClick={() =>
                  onDone(device.ask({ kind: 'places.reopen-road', closure: row.closure }), t('road.said-open'))
                }
              >
                {t('road.open')}
              </button>
            </li>
          ))}
        </ul>
      ) : null}
    </section>
  )
}
