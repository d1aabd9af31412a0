// The steps of a card at an incident: one touch does one, skips one with its reason, or answers its question.
import { useSignal } from '@preact/signals'
import { useEffect, useRef } from 'preact/hooks'
import { now, shortTime, span } from '../../kernel/clock'
import { number, t, word } from '../../kernel/i18n'
import { Glyph, Icon } from '../../look/symbols'
import { smallPhoto } from '../field/media'
import type { Held } from './applies'
import type { OpenCard, OpenStep } from './at-incident'
import { SKIPS, type Tell, type Told } from './cards-at'
import { Why } from './why'
import { answerOf, evidenceOf, textOf, titleOf } from './words'

const SOON_MS = 60_000

type Props = {
  card: OpenCard
  /** When the incident was opened (ms): limits count from there. */
  since: number
  acts: boolean
  tell: Tell
}

export function OpenSteps({ card, since, acts, tell }: Props) {
  const due = card.steps.filter((one) => one.applies)
  const left = due.filter((one) => one.result === null)
  const said = due.filter((one) => one.result !== null)
  const props = { card, since, acts, tell }
  const box = useFollowing(left.map((one) => one.step.id).join(' '))
  return (
    <div class="sop-steps" ref={box}>
      {stays(card) ? <p class="hint">{stays(card)}</p> : null}
      {left.map((one) => (
        <StepLine key={one.step.id} one={one} {...props} />
      ))}
      {left.length ? null : <p class="hint">{t('sop.all-said')}</p>}
      {said.length ? <h3>{t('sop.said', { n: said.length })}</h3> : null}
      {said.map((one) => (
        <SaidLine key={one.step.id} one={one} {...props} />
      ))}
      <Why card={card} />
    </div>
  )
}

/** An incident that goes by another version than the one that holds now. */
function stays({ version, holds, used }: OpenCard): string {
  if (!used || version === holds) return ''
  return holds ? t('sop.stays', { n: version, holds }) : t('sop.stays-withdrawn', { n: version })
}

/** Whoever works by keys goes on at the next step; after a touch nothing takes the focus, and so the keys of the screen. */
function useFollowing(left: string) {
  const box = useRef<HTMLDivElement>(null)
  const byKey = useRef(false)
  useEffect(() => {
    const pressed = (event: MouseEvent) => {
      byKey.current = event.detail === 0
    }
    const steps = box.current
    steps?.addEventListener('click', pressed, true)
    return () => steps?.removeEventListener('click', pressed, true)
  }, [])
  useEffect(() => {
    if (!byKey.current) return
    byKey.current = false
    if (document.activeElement === document.body) box.current?.querySelector<HTMLElement>('.sop-step button')?.focus()
  }, [left])
  return box
}

type LineProps = Props & { one: OpenStep }
type Open = 'skip' | 'evidence' | undefined

/** A step still to be done. */
function StepLine({ one, card, since, acts, tell, onDone }: LineProps & { onDone?(): void }) {
  const { step } = one
  const open = useSignal<Open>(undefined)
  /** What was answered, while what shows it is still to be told. */
  const answered = useSignal<string | undefined>(undefined)
  const say = (told: Told) => {
    open.value = undefined
    void tell.step(card, step.id, told)
    onDone?.()
  }
  const asks = step.answers?.length ? step.answers : undefined
  const proven = step.evidence && step.evidence !== 'none'
  const head = (
    <>
      <span class="check" aria-hidden="true" />
      <span class="what">
        <b>{textOf(step)}</b>
        <small>
          {[word('sop-role', step.role), evidenceOf(step)].filter(Boolean).join(' · ')}
          {step.critical ? (
            <span class="must">
              <Glyph name="watch" /> {t('sop.critical')}
            </span>
          ) : null}
        </small>
      </span>
      {step.within_s ? <Limit at={since + step.within_s * 1000} /> : null}
    </>
  )
  return (
    <article class="sop-step" data-open={open.value}>
      {acts && !asks ? (
        <button
          type="button"
          class="do"
          aria-expanded={proven ? open.value === 'evidence' : undefined}
          onClick={() =>
            proven ? (open.value = open.value === 'evidence' ? undefined : 'evidence') : say({ result: 'done' })
          }
        >
          {head}
        </button>
      ) : (
        <div class="do">{head}</div>
      )}
      {acts ? (
        <button
          type="button"
          class="btn skip"
          aria-expanded={open.value === 'skip'}
          aria-label={t(open.value === 'skip' ? 'sop.skip-back-of' : 'sop.skip-of', { step: textOf(step) })}
          onClick={() => (open.value = open.value === 'skip' ? undefined : 'skip')}
        >
          {t(open.value === 'skip' ? 'sop.skip-back' : 'sop.skip')}
        </button>
      ) : null}
      {acts && asks && open.value !== 'skip' ? (
        <fieldset class="under">
          <legend class="sr">{textOf(step)}</legend>
          {asks.map((answer) => (
            <button
              type="button"
              class={answered.value === answer ? 'btn main' : 'btn'}
              key={answer}
              aria-pressed={proven ? answered.value === answer : undefined}
              onClick={() => {
                if (!proven) return say({ result: 'done', answer })
                answered.value = answer
                open.value = 'evidence'
              }}
            >
              {answerOf(step, answer)}
            </button>
          ))}
        </fieldset>
      ) : null}
      {open.value === 'skip' ? (
        <fieldset class="under why">
          <legend>{t('sop.why')}</legend>
          {SKIPS.map((skipped) => (
            <button type="button" class="btn" key={skipped} onClick={() => say({ result: 'skipped', skipped })}>
              {word('sop-skip', skipped)}
            </button>
          ))}
        </fieldset>
      ) : null}
      {open.value === 'evidence' ? (
        <Evidence
          one={one}
          tell={tell}
          onSay={(told) => say(answered.value === undefined ? told : { ...told, answer: answered.value })}
        />
      ) : null}
    </article>
  )
}

/** Time left until a limit, or over it. */
export function Limit({ at }: { at: number }) {
  const left = at - now.value
  return (
    <span class="sop-lim" data-s={left < 0 ? 'late' : left < SOON_MS ? 'watch' : ''}>
      <small>{t(left < 0 ? 'sop.over' : 'sop.left')}</small>
      <span class="clock s">{span(Math.abs(left))}</span>
    </span>
  )
}

/** A number, a photo or words; without them it is done all the same. */
function Evidence({ one: { step }, tell, onSay }: { one: OpenStep; tell: Tell; onSay(told: Told): void }) {
  const typed = useRef<HTMLInputElement>(null)
  const wrong = useSignal(false)
  const isNumber = step.evidence === 'number'
  const keep = () => {
    const text = typed.current?.value.trim() ?? ''
    if (!text) return onSay({ result: 'done' })
    if (!isNumber) return onSay({ result: 'done', note: text })
    const value = Number(text.replace(',', '.'))
    if (Number.isFinite(value)) return onSay({ result: 'done', value })
    wrong.value = true
  }
  const photo = async (file: File | undefined) => {
    if (!file) return
    try {
      onSay({ result: 'done', media: tell.photo(await smallPhoto(file)) })
    } catch {
      wrong.value = true
    }
  }
  if (step.evidence === 'photo')
    return (
      <div class="under">
        <label class="btn main">
          {t('field.photo')}
          <input
            class="sr"
            type="file"
            accept="image/*"
            capture="environment"
            onChange={(event) => void photo(event.currentTarget.files?.[0])}
          />
        </label>
        <button type="button" class="btn" onClick={() => onSay({ result: 'done' })}>
          {t('sop.done-without')}
        </button>
        {wrong.value ? <p role="alert">{t('field.photo-wrong')}</p> : null}
      </div>
    )
  return (
    <form
      class="under proof"
      onSubmit={(event) => {
        event.preventDefault()
        keep()
      }}
    >
      <label class="field">
        <span>
          {word('sop-evidence', step.evidence ?? '')} {step.unit ? `(${step.unit})` : ''}
        </span>
        <input
          ref={typed}
          class="input"
          inputMode={isNumber ? 'decimal' : 'text'}
          maxLength={isNumber ? 12 : 400}
          autocomplete="off"
          aria-invalid={wrong.value}
        />
      </label>
      <button type="submit" class="btn main">
        {t('sop.done')}
      </button>
      {wrong.value ? <p role="alert">{t('sop.no-number')}</p> : null}
    </form>
  )
}

/** What was said of a step; a touch says it again. */
function SaidLine(props: LineProps) {
  const { one, acts } = props
  const again = useSignal(false)
  if (again.value) return <StepLine {...props} onDone={() => (again.value = false)} />
  const more = [
    one.skipped ? t('sop.skipped-for', { why: word('sop-skip', one.skipped) }) : answerOf(one.step, one.answer),
    one.value === null ? '' : `${number(one.value, Number.isInteger(one.value) ? 0 : 1)} ${one.step.unit ?? ''}`,
    one.media ? t('field.photo') : '',
    one.note ?? '',
  ].filter(Boolean)
  return (
    <div class={one.pending ? 'sop-said pending' : 'sop-said'}>
      <Icon name={one.result === 'done' ? 'check' : 'x'} size="l" />
      <span>
        <span class="sr">{t(one.result === 'done' ? 'sop.is-done' : 'sop.is-skipped')}: </span>
        {textOf(one.step)}
        {more.length ? <small>{more.join(' · ')}</small> : null}
      </span>
      <span class="at">
        {one.at ? shortTime(one.at) : ''}
        {one.pending ? <small>{t('journal.waiting')}</small> : null}
      </span>
      {acts ? (
        <button
          type="button"
          class="btn bare"
          aria-label={t('sop.again-of', { step: textOf(one.step) })}
          onClick={() => (again.value = true)}
        >
          <Icon name="edit" />
        </button>
      ) : null}
    </div>
  )
}

/** Opens a card that the incident did not ask for. */
export function OpenAnother({ held, cards, tell }: { held: readonly Held[]; cards: readonly OpenCard[]; tell: Tell }) {
  const rest = held.filter((one) => !cards.some((card) => card.card === one.card))
  if (!rest.length) return null
  return (
    <details class="sop-others">
      <summary class="btn">{t('sop.open-another')}</summary>
      <div class="under">
        {rest.map((one) => (
          <button type="button" class="btn" key={one.card} onClick={() => void tell.open(one)}>
            {titleOf(one.front)}
          </button>
        ))}
      </div>
    </details>
  )
}
