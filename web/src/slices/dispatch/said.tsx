// What was done, said once above the command line; and refusals, with their reason and the way on. Never for alarms.
import { type Signal, signal } from '@preact/signals'
import { useEffect, useMemo, useRef } from 'preact/hooks'
import { date, now, shortTime } from '../../kernel/clock'
import { useDevice } from '../../kernel/device'
import { t } from '../../kernel/i18n'
import { useKeys } from '../../kernel/keys'
import type { Outcome, Refused } from '../../kernel/words'
import { Icon, Key } from '../../look/symbols'

const SHOWN_MS = 6000

export type SaidStore = {
  readonly text: Signal<{ readonly text: string; readonly waiting: boolean } | undefined>
  say(text: string, waiting?: boolean): void
  /** Says what was done once the node has it, or that it waits; a refusal speaks for itself. */
  after(outcome: Promise<Outcome>, text: string): Promise<Outcome>
}

export function useSaid(): SaidStore {
  return useMemo(() => {
    const text: SaidStore['text'] = signal(undefined)
    const say = (words: string, waiting = false) => {
      text.value = { text: words, waiting }
    }
    return {
      text,
      say,
      async after(outcome, words) {
        const came = await outcome
        if (came.is !== 'refused') say(words, came.is === 'waiting')
        return came
      },
    }
  }, [])
}

export function Said({ said, skip }: { said: SaidStore; skip: string | undefined }) {
  const device = useDevice()
  const refused = device.outbox.refused.value.find((one) => one.asked.id !== skip)
  const shown = said.text.value
  useEffect(() => {
    if (!shown) return
    const timer = setTimeout(() => {
      said.text.value = undefined
    }, SHOWN_MS)
    return () => clearTimeout(timer)
  }, [shown])
  return (
    <div class="said" role="status">
      {refused ? <RefusedNote key={refused.asked.id} refused={refused} /> : null}
      {!refused && shown ? (
        <div class="toast">
          <Icon name={shown.waiting ? 'wait' : 'check'} />
          <span>
            {shown.text}
            {shown.waiting ? ` · ${t('said.waiting')}` : ''}
          </span>
        </div>
      ) : null}
    </div>
  )
}

/** A reason as people say it: the hour instead of a full instant, an incident's number without its year. */
export function polish(reason: string): string {
  return (
    reason
      .replace(/\d{4}-\d\d-\d\dT[\d:.]+(?:Z|[+-]\d\d:\d\d)/g, (at) => shortTime(at))
      // The node writes date, hour and zone; of today the hour is enough.
      .replace(/(\d\d\/\d\d\/\d{4}) (\d\d:\d\d):\d\d WI(?:B|TA|T)\b/g, (all, day: string, hour: string) =>
        day === date(now.peek()) ? hour : all,
      )
      .replace(/\b20\d\d-(\d{4,})\b/g, '$1')
  )
}

export function reasonOf({ refusal }: Pick<Refused, 'refusal'>): string {
  if (refusal.code === 'broken') return t('refusal.broken')
  if (refusal.reason) return polish(refusal.reason)
  return refusal.code === 'malformed' ? t('refusal.malformed') : refusal.code
}

function RefusedNote({ refused }: { refused: Refused }) {
  const { outbox } = useDevice()
  const reason = useRef<HTMLInputElement>(null)
  const { asked, refusal } = refused
  const dismiss = () => outbox.dismiss(asked.id)
  // The safest way on is Enter, so that no other Enter is meant by it.
  useKeys({ Enter: dismiss, Escape: dismiss })
  return (
    <div class="note" data-s="watch" role="alert">
      <Icon name="hand" />
      <b>{reasonOf(refused)}</b>
      <form
        class="said-acts"
        onSubmit={(event) => {
          event.preventDefault()
          const why = reason.current?.value.trim()
          if (!why) return
          dismiss()
          void outbox.ask(asked.command, { override: why, ...(asked.seenAt && { seenAt: asked.seenAt }) })
        }}
      >
        {refusal.overridable ? (
          <>
            <input class="input" ref={reason} aria-label={t('refusal.why')} placeholder={t('refusal.why')} />
            <button type="submit" class="btn">
              {t(refusal.code === 'unit-busy' ? 'refusal.pull' : 'refusal.override')}
            </button>
          </>
        ) : null}
        <button type="button" class="btn" onClick={dismiss}>
          {t('do.understood')} <Key>Enter</Key>
        </button>
      </form>
    </div>
  )
}
