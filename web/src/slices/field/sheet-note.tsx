// A line into the journal, a photo, a voice note: made small here, kept on the device, sent when there is network.
import { useSignal } from '@preact/signals'
import { useEffect, useRef } from 'preact/hooks'
import { now, span, time } from '../../kernel/clock'
import { useDevice, useView } from '../../kernel/device'
import { glance, LARGE_MS } from '../../kernel/doors'
import { draftOf } from '../../kernel/drafts'
import { number, t } from '../../kernel/i18n'
import { newId } from '../../kernel/ids'
import { Icon } from '../../look/symbols'
import { type Recording, record, type Small, smallPhoto, VOICE_MS } from './media'
import { useScene } from './scene'
import { Sheet } from './sheet'

export function NoteSheet() {
  const { row, device, said, acts, close } = useScene()
  const text = draftOf<string>(device.session.value?.account ?? '', row.incident, 'note')
  const note = () => {
    const words = text.value?.trim()
    if (!words) return
    text.value = undefined
    void said.after(
      device.ask({ kind: 'intake.note-incident', incident: row.incident, note: words }),
      t('field.said-noted'),
    )
    close()
  }
  return (
    <Sheet
      title={t('field.note')}
      onClose={close}
      foot={
        acts ? (
          <button type="button" class="btn touch main" onClick={note}>
            {t('field.note-keep')}
          </button>
        ) : undefined
      }
    >
      {acts ? (
        <>
          <label class="field">
            <span>{t('field.note-words')}</span>
            <textarea
              class="input l"
              value={text.value ?? ''}
              onInput={(event) => (text.value = event.currentTarget.value)}
              rows={3}
              maxLength={4000}
            />
          </label>
          <Photo />
          <Voice />
        </>
      ) : null}
      <Kept />
    </Sheet>
  )
}

/** Hands a photo or voice note to the outbox; where nobody may see faces is for the node: it keeps it in the vault. */
function useAttach() {
  const { ask } = useScene()
  return (kind: 'photo' | 'voice', small: Small) =>
    ask(
      'field.attach-media',
      { media: newId(), as: kind, mime: small.mime as 'image/webp', content: small.content },
      t(kind === 'photo' ? 'field.said-photo' : 'field.said-voice', { kb: number(Math.ceil(small.bytes / 1024)) }),
    )
}

function Photo() {
  const attach = useAttach()
  const wrong = useSignal(false)
  const busy = useSignal(false)
  async function take(file: File | undefined) {
    if (!file) return
    wrong.value = false
    busy.value = true
    try {
      void attach('photo', await smallPhoto(file))
    } catch {
      wrong.value = true
    }
    busy.value = false
  }
  return (
    <div class="keys-of">
      <label class={busy.value ? 'btn touch pending' : 'btn touch'}>
        <Icon name="plus" size="l" /> {t('field.photo')}
        <input
          class="sr"
          type="file"
          accept="image/*"
          capture="environment"
          onChange={(event) => {
            void take(event.currentTarget.files?.[0])
            event.currentTarget.value = ''
          }}
        />
      </label>
      {wrong.value ? <p role="alert">{t('field.photo-wrong')}</p> : null}
    </div>
  )
}

function Voice() {
  const attach = useAttach()
  const running = useRef<Recording | undefined>(undefined)
  const since = useSignal(0)
  const wrong = useSignal(false)
  const stop = async () => {
    const recording = running.current
    running.current = undefined
    since.value = 0
    if (recording) void attach('voice', await recording.stop())
  }
  const start = async () => {
    wrong.value = false
    try {
      running.current = await record()
      since.value = Date.now()
    } catch {
      wrong.value = true
    }
  }
  useEffect(() => {
    if (!since.value) return
    const timer = setTimeout(() => void stop(), VOICE_MS)
    return () => clearTimeout(timer)
  }, [since.value])
  // What was said until the sheet was closed is kept.
  useEffect(() => () => void stop(), [])
  return (
    <div class="keys-of">
      <button
        type="button"
        class={since.value ? 'btn touch warn' : 'btn touch'}
        aria-pressed={since.value > 0}
        onClick={() => void (since.value ? stop() : start())}
      >
        <Icon name="radio" size="l" />
        {since.value ? `${t('field.voice-stop')} ${span(Math.max(0, now.value - since.value))}` : t('field.voice')}
      </button>
      {wrong.value ? <p role="alert">{t('field.voice-wrong')}</p> : null}
    </div>
  )
}

type Shown = { readonly media: string; readonly url: string; readonly kind: string }

/** What is kept already; opening one is logged, since people may be in it. */
function Kept() {
  const { row, who, online } = useScene()
  const device = useDevice()
  const view = useView('field.media', { incident: row.incident }, { keep: true })
  const shown = useSignal<Shown | undefined>(undefined)
  const waiting = device.outbox.unsent.value.filter(({ command }) => command.kind === 'field.attach-media')
  useEffect(() => () => URL.revokeObjectURL(shown.peek()?.url ?? ''), [])
  async function show(media: string, kind: string, mime: string) {
    const [found] = await glance('field.medium', { incident: row.incident, media }, undefined, LARGE_MS).catch(() => [])
    if (!found?.content) return
    const bytes = Uint8Array.from(atob(found.content), (letter) => letter.charCodeAt(0))
    URL.revokeObjectURL(shown.value?.url ?? '')
    shown.value = { media, kind, url: URL.createObjectURL(new Blob([bytes], { type: mime })) }
  }
  return (
    <section>
      <h3>{t('field.media')}</h3>
      <ul class="lines media">
        {waiting.map((asked) => (
          <li key={asked.id} class="pending">
            <b>{time(asked.at)}</b>
            <span>
              {t(asked.command.as === 'voice' ? 'field.voice' : 'field.photo')} · {t('journal.waiting')}
            </span>
          </li>
        ))}
        {view.rows.value.map((one) => (
          <li key={one.media}>
            <b>{time(one.at)}</b>
            <span>
              {t(one.kind === 'photo' ? 'field.photo' : 'field.voice')} · {who(one.actor)}
              {one.note ? ` · ${one.note}` : ''}
            </span>
            {one.erased ? (
              <span class="faint">{t('journal.erased')}</span>
            ) : (
              <button
                type="button"
                class="btn"
                disabled={!online}
                onClick={() => void show(one.media, one.kind, one.mime)}
              >
                {t('field.media-open')}
              </button>
            )}
            {shown.value?.media === one.media ? (
              one.kind === 'photo' ? (
                <img src={shown.value.url} alt={t('field.photo-of', { at: time(one.at) })} />
              ) : (
                // biome-ignore lint/a11y/useMediaCaption: a voice note from the scene has no captions
                <audio src={shown.value.url} controls />
              )
            ) : null}
          </li>
        ))}
        {view.rows.value.length || waiting.length ? null : <li class="none">{t('field.media-none')}</li>}
      </ul>
    </section>
  )
}
