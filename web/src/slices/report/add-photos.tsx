// Photos that came to the office are made small on the device, as at the scene, and kept with the incident in the vault;
// of what the camera wrote into the file only the time is read, and goes with the report once its author agrees.
import { useSignal } from '@preact/signals'
import { useDevice } from '../../kernel/device'
import { t } from '../../kernel/i18n'
import { newId } from '../../kernel/ids'
import { Icon } from '../../look/symbols'
import { smallPhoto } from '../field/media'
import { LOOKED_AT, takenAt, takenWords } from './taken'

const ATTACH = 'field.attach-media'

/** `content`: to be seen here without opening the vault. */
export type Added = { readonly medium: string; readonly taken: string; readonly content: string }

/** Photos of an incident that this device has drawn and the node has not taken yet. */
export function useWaiting(incident: string) {
  return useDevice()
    .outbox.unsent.value.filter(({ command }) => command.kind === ATTACH && command.incident === incident)
    .map(({ at, command }) => ({
      media: String(command.media),
      at,
      mime: String(command.mime),
      content: String(command.content),
      waits: true,
    }))
}

type Props = { incident: string; room: number; onAdded(added: readonly Added[]): void }

export function AddPhotos({ incident, room, onAdded }: Props) {
  const device = useDevice()
  const left = useSignal(0)
  const wrong = useSignal<readonly string[]>([])
  /** One after the other: a phone has no memory for twelve at once. */
  async function take(files: readonly File[]) {
    const added: Added[] = []
    wrong.value = files.slice(room).map((file) => file.name)
    const taken = files.slice(0, room)
    for (const [n, file] of taken.entries()) {
      left.value = taken.length - n
      try {
        const at = takenAt(await file.slice(0, LOOKED_AT).arrayBuffer())
        const { mime, content } = await smallPhoto(file)
        const medium = newId()
        void device.ask({ kind: ATTACH, incident, media: medium, as: 'photo', mime: mime as 'image/webp', content })
        added.push({ medium, content, taken: at && Date.parse(at) <= Date.now() ? takenWords(at) : '' })
      } catch {
        wrong.value = [...wrong.value, file.name]
      }
    }
    left.value = 0
    if (added.length) onAdded(added)
  }
  return (
    <div class="acts">
      <label class={left.value ? 'btn pending' : 'btn'}>
        <Icon name="plus" /> {t('reports.add-photos')}
        <input
          class="sr"
          type="file"
          accept="image/*"
          multiple
          disabled={left.value > 0}
          onChange={(event) => {
            void take([...(event.currentTarget.files ?? [])])
            event.currentTarget.value = ''
          }}
        />
      </label>
      <p class="hint" role="status">
        {left.value ? t('reports.photos-drawing', { n: left.value }) : t('reports.add-photos-how')}
      </p>
      {wrong.value.length ? <p role="alert">{t('reports.photos-wrong', { files: wrong.value.join(', ') })}</p> : null}
    </div>
  )
}
