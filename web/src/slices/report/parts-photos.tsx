// Which pictures of the scene go with the report. Opening one is logged by the node, so none opens by itself.
import { useSignal } from '@preact/signals'
import { useEffect } from 'preact/hooks'
import { shortTime } from '../../kernel/clock'
import { useDevice, useView } from '../../kernel/device'
import { glance } from '../../kernel/doors'
import { t } from '../../kernel/i18n'
import { Words } from './fields'
import type { FormProps, Line, Part } from './part'
import { WITNESSES } from './roles'

type Chosen = { readonly medium: string; readonly caption: string }
type PhotoForm = { readonly photos: readonly Chosen[] }

function PhotoFields({ form, set, report }: FormProps<PhotoForm>) {
  const device = useDevice()
  const media = useView('field.media', { incident: report.incident }, { keep: true })
  const photos = media.rows.value.filter((one) => one.kind === 'photo' && !one.erased)
  const chosen = (medium: string) => form.photos.find((one) => one.medium === medium)
  const toggle = (medium: string, note: string | null) =>
    set({
      photos: chosen(medium)
        ? form.photos.filter((one) => one.medium !== medium)
        : [...form.photos, { medium, caption: note ?? '' }],
    })
  if (!photos.length)
    return <p class="hint">{t(media.state.value === 'loading' ? 'desk.loading' : 'reports.photos-none-taken')}</p>
  return (
    <ul class="shots">
      {photos.map((one) => {
        const on = chosen(one.media)
        return (
          <li key={one.media}>
            {device.may(WITNESSES) ? <Shot incident={report.incident} media={one.media} mime={one.mime} /> : null}
            <label class="shot-on">
              <input type="checkbox" checked={on !== undefined} onChange={() => toggle(one.media, one.note)} />
              {t('reports.photo-at', { at: shortTime(one.at) })}
              {one.note ? <small>{one.note}</small> : null}
            </label>
            {on ? (
              <Words
                label={t('reports.caption')}
                value={on.caption}
                onText={(caption) =>
                  set({ photos: form.photos.map((was) => (was.medium === one.media ? { ...was, caption } : was)) })
                }
              />
            ) : null}
          </li>
        )
      })}
    </ul>
  )
}

function Shot({ incident, media, mime }: { incident: string; media: string; mime: string }) {
  const url = useSignal('')
  const failed = useSignal(false)
  useEffect(
    () => () => {
      if (url.value) URL.revokeObjectURL(url.value)
    },
    [],
  )
  async function open() {
    const [found] = await glance('field.medium', { incident, media }).catch(() => [])
    failed.value = !found?.content
    if (!found?.content) return
    const bytes = Uint8Array.from(atob(found.content), (one) => one.charCodeAt(0))
    url.value = URL.createObjectURL(new Blob([bytes], { type: mime }))
  }
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
    photos: (photos?.photos ?? []).map((one) => ({ medium: one.medium, caption: one.caption ?? '' })),
  }),
  wish: (incident, { photos }) => ({
    kind: 'report.choose-photos',
    incident,
    photos: photos.map((one) => ({ medium: one.medium, caption: one.caption.trim() || null })),
  }),
  told({ photos }) {
    if (!photos) return []
    const chosen = photos.photos ?? []
    if (!chosen.length) return [[t('reports.photos'), t('reports.photos-none')]]
    return chosen.map((one, n): Line => [t('reports.photo-n', { n: n + 1 }), one.caption || t('reports.no-caption')])
  },
}
