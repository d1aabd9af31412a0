// Everybody out: ordered with one touch, answered crew by crew, ended by hand.
import { useSignal } from '@preact/signals'
import { useRef } from 'preact/hooks'
import { ms, now, shortTime, span } from '../../kernel/clock'
import { t } from '../../kernel/i18n'
import { newId } from '../../kernel/ids'
import { Icon } from '../../look/symbols'
import { meant, openEvacuations, unheard } from './figures'
import { Hold } from './hold'
import type { Crew, Evacuation } from './rows'
import { crewName, sectorName, useScene } from './scene'
import { Big, Sheet } from './sheet'

export function EvacuationSheet() {
  const { row, std, ask, close } = useScene()
  const orders = openEvacuations(row)
  const sector = useSignal('')
  const reason = useRef<HTMLInputElement>(null)
  const order = () => {
    const why = reason.current?.value.trim()
    void ask(
      'field.order-evacuation',
      { evacuation: newId(), ...(sector.value && { sector: sector.value }), ...(why && { reason: why }) },
      t('field.said-evacuate', { where: sectorName(row, sector.value) }),
    )
  }
  return (
    <Sheet title={t('field.evacuation')} onClose={close}>
      {orders.map((one) => (
        <Order key={one.evacuation} order={one} />
      ))}
      <section>
        <h3>{t(orders.length ? 'field.evacuate-more' : 'field.evacuate-who')}</h3>
        <Big
          label={t('field.evacuate-where')}
          value={sector.value}
          of={[['', t('field.whole-scene')], ...row.sectors.map((one) => [one.sector, one.name] as const)]}
          onPick={(to) => (sector.value = to)}
        />
        <label class="field">
          <span>{t('field.reason-optional')}</span>
          <input class="input l" ref={reason} maxLength={200} autocomplete="off" />
        </label>
        <button type="button" class="btn touch life is-on" onClick={order}>
          <Icon name="stop" size="l" /> {t('field.evacuate-now', { where: sectorName(row, sector.value) })}
        </button>
        {std.evacuationSignal ? <p class="hint">{std.evacuationSignal}</p> : null}
      </section>
    </Sheet>
  )
}

/** As long as an order runs it stands on every board, also after its alarm was taken. */
export function EvacuationLines() {
  const { row, open } = useScene()
  return (
    <>
      {openEvacuations(row).map((order) => {
        const waits = unheard(row, order).length
        const heard = Object.keys(order.acknowledged).length
        const inside = row.crews.filter((crew) => meant(crew, order.sector) && crew.inside.length).length
        return (
          <button type="button" key={order.evacuation} class="out-line" onClick={() => open('evakuasi')}>
            <Icon name="stop" size="l" />
            <b>{t('field.out-of', { where: sectorName(row, order.sector) })}</b>
            <span>{t('field.heard-of', { n: heard, of: heard + waits, inside })}</span>
            <span class="clock">{span(now.value - ms(order.at))}</span>
          </button>
        )
      })}
    </>
  )
}

/** The crew says that it heard the order: one touch on its card. */
export function HeardButton({ crew }: { crew: Crew }) {
  const { row, ask, acts } = useScene()
  const order = openEvacuations(row).find((one) => unheard(row, one).some((each) => each.crew === crew.crew))
  if (!order || !acts) return null
  return (
    <button
      type="button"
      class="btn life heard"
      onClick={() =>
        void ask(
          'field.acknowledge-evacuation',
          { evacuation: order.evacuation, crew: crew.crew },
          t('field.said-heard', { crew: crewName(crew) }),
        )
      }
    >
      {t('field.heard-order')}
    </button>
  )
}

function Order({ order }: { order: Evacuation }) {
  const { row, ask, pending } = useScene()
  const waits = unheard(row, order)
  const heard = row.crews.filter((crew) => crew.crew in order.acknowledged)
  const inside = row.crews.filter((crew) => meant(crew, order.sector) && crew.inside.length)
  return (
    <section class={pending(order.evacuation) ? 'order pending' : 'order'}>
      <h3>
        {t('field.out-of', { where: sectorName(row, order.sector) })}{' '}
        <span class="clock s">{span(now.value - ms(order.at))}</span>
      </h3>
      {order.reason ? <p>{order.reason}</p> : null}
      <p>{t('field.heard-of', { n: heard.length, of: heard.length + waits.length, inside: inside.length })}</p>
      <ul class="lines">
        {waits.map((crew) => (
          <li key={crew.crew}>
            <b>{crewName(crew)}</b>
            <span>{t('field.not-heard')}</span>
            <button
              type="button"
              class="btn"
              onClick={() =>
                void ask(
                  'field.acknowledge-evacuation',
                  { evacuation: order.evacuation, crew: crew.crew },
                  t('field.said-heard', { crew: crewName(crew) }),
                )
              }
            >
              {t('field.heard')}
            </button>
          </li>
        ))}
        {heard.map((crew) => (
          <li key={crew.crew}>
            <b>
              <Icon name="check" /> {crewName(crew)}
            </b>
            <span>{t('field.heard-at', { at: shortTime(order.acknowledged[crew.crew] ?? order.at) })}</span>
          </li>
        ))}
      </ul>
      <Hold
        words={t('field.evacuation-end')}
        onDone={() =>
          void ask('field.end-evacuation', { evacuation: order.evacuation }, t('field.said-evacuation-end'))
        }
      />
    </section>
  )
}
