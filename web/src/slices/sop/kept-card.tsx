// A card as this device keeps it, where no node answers and it was never looked at here.

import { t } from '../../kernel/i18n'
import type { LiveView } from '../../kernel/live'
import { follow } from '../../kernel/router'
import { Icon } from '../../look/symbols'
import type { Held } from './applies'
import { CardDates, CardSteps, CardText, KeptAt } from './card-text'
import { titleOf } from './words'

export function KeptCard({ card: { front, version, body = '' }, of }: { card: Held; of: LiveView<Held> }) {
  return (
    <div class="page-of">
      <article class="doc">
        <a class="back-to" href="/sop" onClick={follow}>
          <Icon name="left" /> {t('sop.cards')}
        </a>
        <h1>{titleOf(front)}</h1>
        <p class="sub">{t('sop.this-holds', { n: version })}</p>
        <KeptAt of={of} />
        <CardSteps steps={front.steps} />
        <CardText body={body} links={front.links ?? []} />
      </article>
      <aside>
        <CardDates {...front} />
      </aside>
    </div>
  )
}
