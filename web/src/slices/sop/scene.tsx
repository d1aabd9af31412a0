// The cards on the board of the scene: in the column beside it, and whole on a sheet of their own.
import { ms } from '../../kernel/clock'
import { useDevice } from '../../kernel/device'
import { t } from '../../kernel/i18n'
import { useScene } from '../field/scene'
import { Sheet } from '../field/sheet'
import { type About, tellOf, useCardsAt } from './cards-at'
import { CardLine, progress } from './panel'
import { OpenAnother, OpenSteps } from './steps'
import { titleOf } from './words'
import '../../look/sop.css'

function useAbout(): About {
  const { row } = useScene()
  const { incident, type, level, life_risk } = row
  return { incident, type, level, life_risk, handover: row.handover !== null }
}

/** Beside the board: each open card in one line. */
export function SopLines() {
  const { row, open } = useScene()
  const { cards } = useCardsAt(useAbout())
  if (!cards.length) return null
  return (
    <section class="sop-lines" aria-label={t('sop.title')}>
      <div class="head">
        <h2>{t('sop.title')}</h2>
      </div>
      {cards.map((card) => (
        <button type="button" key={card.card} class="sop-line" onClick={() => open(`sop/${card.card}`)}>
          <CardLine card={card} since={ms(row.opened_at)} />
        </button>
      ))}
    </section>
  )
}

/** One card with its steps; without a name, the choice among all. */
export function SopSheet({ id }: { id: string }) {
  const { row, acts, said, open, close } = useScene()
  const device = useDevice()
  const { cards, held } = useCardsAt(useAbout())
  const tell = tellOf(device, row.incident, said.after)
  const since = ms(row.opened_at)
  const card = cards.find((one) => one.card === id) ?? (cards.length === 1 ? cards[0] : undefined)
  return (
    <Sheet title={card ? titleOf(card) : t('sop.title')} {...(card && { more: progress(card) })} onClose={close}>
      {card ? <OpenSteps key={card.card} card={card} since={since} acts={acts} tell={tell} /> : null}
      <div class="sop-lines">
        {cards
          .filter((one) => one !== card)
          .map((one) => (
            <button type="button" key={one.card} class="sop-line" onClick={() => open(`sop/${one.card}`)}>
              <CardLine card={one} since={since} />
            </button>
          ))}
      </div>
      {cards.length ? null : <p class="none">{t('sop.none-open')}</p>}
      {acts ? <OpenAnother held={held} cards={cards} tell={tell} /> : null}
    </Sheet>
  )
}
