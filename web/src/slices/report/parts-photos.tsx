// Which pictures go with the report, in which order: those of the scene, and those that came to the office and are added
// here. Opening one of the scene is logged by the node, so none opens by itself.
import { useSignal } from '@preact/signals'
import { useEffect, useRef } from 'preact/hooks'
import { date, ms, shortTime } from '../../kernel/clock'
import { useDevice, useView } from '../../kernel/device'
import { glance, LARGE_MS } from '../../kernel/doors'
import { t } from '../../kernel/i18n'
import { Icon } from '../../look/symbols'
import { AddPhotos, useWaiting } from './add-photos'
import { Words } from './fields'
import type { FormProps, Line, Part } from './part'
import { WITNESSES } from './roles'
import type { Report } from './rows'
import { takenWords, typedTaken } from './taken'

/** `taken`: when, as it is typed; empty where it is the time at the scene, or nobody knows. */
export type Chosen = { readonly medium: string; readonly caption: string; readonly taken: string }
type PhotoForm = { readonly photos: readonly Chosen[] }
type Kept = {
  readonly media: string
  readonly at: string
  readonly mime: string
  readonly note?: string | null
  /** Drawn on this device: it is shown from here. */
  readonly content?: string
  readonly waits?: boolean
}

/** Those chosen first, in their order; then the others as they came. */
export function inOrder(kept: readonly Kept[], chosen: readonly Chosen[]): readonly Kept[] {
  const place = (one: Kept) => chosen.findIndex(({ medium }) => medium === one.media)
  const first = kept.filter((one) => place(one) >= 0).sort((one, other) => place(one) - place(other))
  return [...first, ...kept.filter((one) => place(one) < 0)]
}

/** The same with one of them a place earlier or later; at the end it stays. */
export function moved<Of>(all: readonly Of[], from: number, by: -1 | 1): readonly Of[] {
  const [one, other] = [all[from], all[from + by]]
  if (one === undefined || other === undefined) return all
  return all.map((was, n) => (n === from ? other : n === from + by ? one : was))
}

/** Kept after the fire: then when it was kept says nothing of when it was taken. */
const cameLater = (one: Kept, { response }: Report) =>
  one.waits || Boolean(response.ended_at && Date.parse(one.at) > Date.parse(response.ended_at))

function PhotoFields({ form, set, report, checked }: FormProps<PhotoForm>) {
  const device = useDevice()
  const media = useView('field.media', { incident: report.incident }, { keep: true })
  const waiting = useWaiting(report.incident)
  const list = useRef<HTMLUListElement>(null)
  /** Photos take a while to draw: what was typed meanwhile stays. */
  const newest = useRef(form)
  newest.current = form
  const drawn = useSignal<Readonly<Record<string, string>>>({})
  const held: readonly Kept[] = media.rows.value
    .filter((one) => one.kind === 'photo' && !one.erased)
    .map((one) => {
      const content = drawn.value[one.media]
      return content === undefined ? one : { ...one, content }
    })
  const there = new Set(held.map((one) => one.media))
  const all = inOrder([...held, ...waiting.filter((one) => !there.has(one.media))], form.photos)
  const put = (medium: string, next: Partial<Chosen>) =>
    set({ photos: form.photos.map((was) => (was.medium === medium ? { ...was, ...next } : was)) })
  function toggle({ media: medium, note }: Kept) {
    const left = form.photos.filter((one) => one.medium !== medium)
    const more = left.length === form.photos.length ? [{ medium, caption: note ?? '', taken: '' }] : []
    set({ photos: [...left, ...more] })
    stay(medium, 'input[type=checkbox]')
  }
  function move(medium: string, by: -1 | 1) {
    const from = form.photos.findIndex((one) => one.medium === medium)
    set({ photos: moved(form.photos, from, by) })
    stay(medium, by < 0 ? '.sooner' : '.later')
  }
  /** What was pressed moves with its photo, and the hand stays on it. */
  const stay = (medium: string, what: string) =>
    requestAnimationFrame(() => list.current?.querySelector<HTMLElement>(`[data-medium="${medium}"] ${what}`)?.focus())
  return (
    <>
      <AddPhotos
        incident={report.incident}
        room={MOST - form.photos.length}
        onAdded={(added) => {
          drawn.value = { ...drawn.value, ...Object.fromEntries(added.map((one) => [one.medium, one.content])) }
          const more = added.map(({ medium, taken }) => ({ medium, taken, caption: '' }))
          set({ photos: [...newest.current.photos, ...more] })
        }}
      />
      {all.length ? null : (
        <p class="hint">{t(media.state.value === 'loading' ? 'desk.loading' : 'reports.photos-none-taken')}</p>
      )}
      <ul class="shots" ref={list}>
        {all.map((one) => {
          const place = form.photos.findIndex(({ medium }) => medium === one.media)
          const on = form.photos[place]
          return (
            <li key={one.media} data-medium={one.media}>
              {device.may(WITNESSES) ? <Shot incident={report.incident} one={one} /> : null}
              <label class="shot-on">
                <input type="checkbox" checked={on !== undefined} onChange={() => toggle(one)} />
                {on ? (
                  <b>{t('reports.photo-n', { n: place + 1 })}</b>
                ) : (
                  <PhotoAt one={one} later={cameLater(one, report)} />
                )}
                {one.note ? <small>{one.note}</small> : null}
              </label>
              {on ? (
                <>
                  {form.photos.length > 1 ? (
                    <span class="order">
                      <Step n={place + 1} way="sooner" off={place === 0} onGo={() => move(one.media, -1)} />
                      <Step
                        n={place + 1}
                        way="later"
                        off={place === form.photos.length - 1}
                        onGo={() => move(one.media, 1)}
                      />
                    </span>
                  ) : null}
                  <Words
                    label={t('reports.caption')}
                    value={on.caption}
                    onText={(caption) => put(one.media, { caption })}
                  />
                  {cameLater(one, report) || on.taken ? (
                    <Taken
                      value={on.taken}
                      wrong={checked && takenOf(on, report) === undefined}
                      onText={(taken) => put(one.media, { taken })}
                    />
                  ) : null}
                </>
              ) : null}
            </li>
          )
        })}
      </ul>
    </>
  )
}

/** So many go with a report. */
const MOST = 40

const PhotoAt = ({ one, later }: { one: Kept; later: boolean }) => (
  <span>
    {one.waits
      ? t('reports.photo-waits')
      : t(later ? 'reports.photo-added' : 'reports.photo-at', { at: shortTime(one.at), day: date(one.at) })}
  </span>
)

function Step({ n, way, off, onGo }: { n: number; way: 'sooner' | 'later'; off: boolean; onGo(): void }) {
  return (
    <button
      type="button"
      class={`btn ${way}`}
      aria-disabled={off}
      aria-label={t(way === 'sooner' ? 'reports.photo-sooner' : 'reports.photo-later', { n })}
      onClick={() => {
        if (!off) onGo()
      }}
    >
      <Icon name="up" />
    </button>
  )
}

/** The instant that was typed; null where nothing was, undefined where it is no time. */
const takenOf = ({ taken }: Chosen, { response }: Report) =>
  taken.trim() ? typedTaken(taken, ms(response.opened_at)) : null

function Taken({ value, wrong, onText }: { value: string; wrong: boolean; onText(taken: string): void }) {
  return (
    <Words
      label={t('reports.taken-at')}
      hint={t('reports.taken-how')}
      value={value}
      wrong={wrong}
      most={24}
      onText={onText}
    />
  )
}

function Shot({ incident, one: { media, mime, content } }: { incident: string; one: Kept }) {
  const url = useSignal('')
  const failed = useSignal(false)
  useEffect(
    () => () => {
      if (url.value) URL.revokeObjectURL(url.value)
    },
    [],
  )
  async function open() {
    const [found] = await glance('field.medium', { incident, media }, undefined, LARGE_MS).catch(() => [])
    failed.value = !found?.content
    if (!found?.content) return
    const bytes = Uint8Array.from(atob(found.content), (one) => one.charCodeAt(0))
    url.value = URL.createObjectURL(new Blob([bytes], { type: mime }))
  }
  if (content !== undefined) return <img src={`data:${mime};base64,${content}`} alt={t('reports.photo')} />
  if (url.value) return <img src={url.value} alt={t('reports.photo')} />
  return (
    <button type="button" class="btn shot-closed" onClick={() => void open()}>
      {t(failed.value ? 'reports.photo-away' : 'reports.photo-open')}
    </button>
  )
}

export const PHOTOS: Part<PhotoForm> = {
  id: 'photos',
  title: 'reports.photos',
  how: 'reports.photos-how',
  Form: PhotoFields,
  begin: ({ photos }) => ({
    photos: (photos?.photos ?? []).map((one) => ({
      medium: one.medium,
      caption: one.caption ?? '',
      taken: one.taken_at ? takenWords(one.taken_at) : '',
    })),
  }),
  wish(incident, { photos }, report) {
    const taken = photos.map((one) => takenOf(one, report))
    if (taken.includes(undefined)) return undefined
    return {
      kind: 'report.choose-photos',
      incident,
      photos: photos.map(({ medium, caption }, n) => ({
        medium,
        caption: caption.trim() || null,
        taken_at: taken[n] ?? null,
      })),
    }
  },
  told({ photos }) {
    if (!photos) return []
    const chosen = photos.photos ?? []
    if (!chosen.length) return [[t('reports.photos'), t('reports.photos-none')]]
    return chosen.map((one, n): Line => {
      const taken = one.taken_at ? t('reports.taken', { at: `${date(one.taken_at)} ${shortTime(one.taken_at)}` }) : ''
      return [
        t('reports.photo-n', { n: n + 1 }),
        [one.caption || t('reports.no-caption'), taken].filter(Boolean).join(' · '),
      ]
    })
  },
}
