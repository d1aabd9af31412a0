// What is written about a card goes to the node at once: a draft that cannot be read must be answered here and now.
import { type Signal, useSignal } from '@preact/signals'
import type { Wish } from '../../kernel/contract'
import { useDevice } from '../../kernel/device'
import { send } from '../../kernel/doors'
import { t } from '../../kernel/i18n'
import { newId } from '../../kernel/ids'
import type { Refusal } from '../../kernel/words'

/** What the node said last: that it was done, or why not. */
export type Heard = { readonly words: string; readonly refusal?: Refusal; readonly wish?: Wish }

export type Sender = {
  readonly heard: Signal<Heard | undefined>
  readonly busy: Signal<boolean>
  /** True when the node did it. */
  ask(command: Wish, words: string, override?: string): Promise<boolean>
}

export function useSender(): Sender {
  const device = useDevice()
  const heard = useSignal<Heard | undefined>(undefined)
  const busy = useSignal(false)
  return {
    heard,
    busy,
    async ask(command, words, override) {
      const account = device.session.peek()?.account ?? ''
      const at = new Date().toISOString().replace('Z', '+00:00')
      busy.value = true
      const asked = { id: newId(), at, account, command, ...(override && { override }) }
      const answer = await send(asked).catch(() => undefined)
      busy.value = false
      heard.value =
        answer?.is === 'accepted'
          ? { words }
          : answer?.is === 'refused'
            ? { words: answer.refusal.reason, refusal: answer.refusal, wish: command }
            : { words: t('sop.not-reached'), refusal: { code: 'away', reason: '', overridable: false, facts: {} } }
      return answer?.is === 'accepted'
    },
  }
}
