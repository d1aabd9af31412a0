// The cards at an incident where the desk stands, and beside the board of the scene.
import { useSignal } from '@preact/signals'
import { useDevice } from '../../kernel/device'
import { t } from '../../kernel/i18n'
import { Icon } from '../../look/symbols'
import type { SaidStore } from '../dispatch/said'
import type { OpenCard } from './at-incident'
import { type About, tellOf, useCardsAt } from './cards-at'
import { AT_INCIDENTS } from './held'
import { Limit, OpenAnother, OpenSteps } from './steps'
import { textOf, titleOf } from './words'
import '../../look/sop.css'

export const nextStep = (card: OpenCard) => card.steps.find((one) => one.applies && one.result === null)

export const progress = (card: OpenCard) => t('sop.progress', { n: card.done, all: card.of })

/** On the desk: every card folds out under its title. */
export function SopPanel({ about, since, said }: { about: About; since: number; said: SaidStore }) {
  const device = useDevice()
  const { cards, held } = useCardsAt(about)
  const acts = device.may(AT_INCIDENTS)
  const tell = tellOf(device, about.incident, said.after)
  if (!cards.length && !held.length) return null
  return (
    <section class="panel sop-panel" aria-labelledby="sop-head">
      <div class="head">
        <h2 id="sop-head">{t('sop.title')}</h2>
        <span>{cards.length ? '' : t('sop.none-open')}</span>
      </div>
      {cards.map((card) => (
        <Folded key={card.card} card={card} since={since}>
          <OpenSteps card={card} since={since} acts={acts} tell={tell} />
        </Folded>
      ))}
      {acts ? <OpenAnother held={held} cards={cards} tell={tell} /> : null}
    </section>
  )
}

function Folded({ card, since, children }: { card: OpenCard; since: number; children: preact.ComponentChildren }) {
  const open = useSignal(false)
  return (
    <details class="sop-card" open={open.value} onToggle={(event) => (open.value = event.currentTarget.open)}>
      <summary>
        <CardLine card={card} since={since} />
      </summary>
      {open.value ? children : null}
    </details>
  )
}

/** A card in one line: how far it is, what is next and until when. */
export function CardLine({ card, since }: { card: OpenCard; since: number }) {
  const next = nextStep(card)
  return (
    <>
      <span class="what">
        <b>{titleOf(card)}</b>
        <small>
          {progress(card)}
          {next ? ` · ${textOf(next.step)}` : ''}
        </small>
      </span>
      {next?.step.within_s ? <Limit at={since + next.step.within_s * 1000} /> : null}
      <Icon name="chev" />
    </>
  )
}
