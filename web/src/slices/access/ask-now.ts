// Asks about accounts go to the node at once and are kept nowhere: they hold secrets, and nobody wants one to be sent
// hours later. What the node answers is a sentence.
import { type Signal, useSignal } from '@preact/signals'
import type { Wish } from '../../kernel/contract'
import { useDevice } from '../../kernel/device'
import { send } from '../../kernel/doors'
import { t } from '../../kernel/i18n'
import { newId } from '../../kernel/ids'

/** What was said last, and whether it was a no. */
export type Saying = { readonly words: string; readonly no?: boolean }

export type AskNow = {
  readonly said: Signal<Saying | undefined>
  /** True when the node did it. */
  ask(command: Wish, words: string): Promise<boolean>
}

export function useAskNow(): AskNow {
  const device = useDevice()
  const said = useSignal<Saying | undefined>(undefined)
  return {
    said,
    async ask(command, words) {
      const account = device.session.peek()?.account ?? ''
      const at = new Date().toISOString().replace('Z', '+00:00')
      const answer = await send({ id: newId(), at, account, command }).catch(() => undefined)
      const done = answer?.is === 'accepted'
      said.value = done
        ? { words }
        : { words: answer?.is === 'refused' ? answer.refusal.reason : t('accounts.not-reached'), no: true }
      return done
    },
  }
}
