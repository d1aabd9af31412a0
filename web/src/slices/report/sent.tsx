// What is said about a report goes through the outbox: it is shown at once, waits without network, and a no is told.
import { type Signal, useSignal } from '@preact/signals'
import type { Wish } from '../../kernel/contract'
import { useDevice } from '../../kernel/device'
import { t } from '../../kernel/i18n'
import type { Refused } from '../../kernel/words'
import { Icon } from '../../look/symbols'
import { reasonOf } from '../dispatch/said'

export type Sent = {
  readonly heard: Signal<string>
  /** False only when the node refused it. */
  ask(wish: Wish, what: string, override?: string): Promise<boolean>
}

export function useSent(): Sent {
  const { outbox } = useDevice()
  const heard = useSignal('')
  return {
    heard,
    async ask(wish, what, override) {
      const came = await outbox.ask(wish, override ? { override } : {})
      if (came.is !== 'refused') heard.value = t(came.is === 'waiting' ? 'reports.waits' : 'reports.said', { what })
      return came.is !== 'refused'
    },
  }
}

/** What the node would not have of what this page asks, until its author has read it. */
export function Refusals({ of }: { of(refused: Refused): boolean }) {
  const { outbox } = useDevice()
  return (
    <>
      {outbox.refused.value.filter(of).map((one) => (
        <RefusedNote key={one.asked.id} refused={one} />
      ))}
    </>
  )
}

function RefusedNote({ refused }: { refused: Refused }) {
  const { outbox } = useDevice()
  const why = useSignal('')
  const { asked, refusal } = refused
  return (
    <div class="note" data-s="watch" role="alert">
      <Icon name="hand" />
      <b>{reasonOf(refused)}</b>
      <form
        class="acts"
        onSubmit={(event) => {
          event.preventDefault()
          if (why.value.trim()) void outbox.again(asked.id, why.value.trim())
        }}
      >
        {refusal.overridable ? (
          <>
            <label class="field">
              <span>{t('refusal.why')}</span>
              <input
                class="input"
                required
                maxLength={400}
                value={why.value}
                onInput={(event) => (why.value = event.currentTarget.value)}
              />
            </label>
            <button type="submit" class="btn">
              {t('refusal.override')}
            </button>
          </>
        ) : null}
        <button type="button" class="btn" onClick={() => outbox.dismiss(asked.id)}>
          {t('do.understood')}
        </button>
      </form>
    </div>
  )
}
