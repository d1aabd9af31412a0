// Pumps in a row: where they stand so that the flow arrives, or why it does not.
import { useSignal } from '@preact/signals'
import { useEffect } from 'preact/hooks'
import type { Row } from '../../kernel/contract'
import { glance } from '../../kernel/doors'
import { number, t } from '../../kernel/i18n'
import { steady } from '../../kernel/steady'
import { Pad } from './pad'
import { useScene } from './scene'
import { Big } from './sheet'
import { Problems } from './sheet-water'

type Relay = Row<'field.relay'>
const FIELDS = {
  length_m: { words: 'field.relay-length', unit: 'm' },
  rise_m: { words: 'field.relay-rise', unit: 'm' },
  flow_lpm: { words: 'field.relay-flow', unit: 'L/mnt' },
  lift_m: { words: 'field.relay-lift', unit: 'm' },
} as const
type Name = keyof typeof FIELDS

export function RelayPart() {
  const { std } = useScene()
  const typed = useSignal<Readonly<Record<Name, string>>>({ length_m: '', rise_m: '', flow_lpm: '', lift_m: '' })
  const active = useSignal<Name>('length_m')
  const hose = useSignal('65')
  const pump = useSignal('')
  const relay = useSignal<Relay | undefined>(undefined)
  const chosen = pump.value || std.pumps[0] || ''
  const values = typed.value
  const query = JSON.stringify([
    ...Object.entries(values).filter(([, value]) => value !== ''),
    ['hose', hose.value],
    ['pump', chosen],
  ])
  useEffect(() => {
    relay.value = undefined
    if (!values.length_m || !chosen) return
    const look = steady(async () => {
      const [found] = await glance('field.relay', JSON.parse(query))
      relay.value = found
    }, 250)
    look.ask()
    return look.end
  }, [query])
  return (
    <section>
      <h3>{t('field.relay')}</h3>
      {relay.value ? <Found relay={relay.value} /> : null}
      <div class="inputs" role="group" aria-label={t('field.relay')}>
        {(Object.keys(FIELDS) as Name[]).map((name) => (
          <button
            type="button"
            key={name}
            class={name === active.value ? 'btn is-on' : 'btn'}
            aria-pressed={name === active.value}
            onClick={() => (active.value = name)}
          >
            <small>{t(FIELDS[name].words)}</small>
            <span>
              {values[name] || '–'} <small>{FIELDS[name].unit}</small>
            </span>
          </button>
        ))}
      </div>
      <Pad
        label={t(FIELDS[active.value].words)}
        value={values[active.value]}
        digits={5}
        onValue={(value) => (typed.value = { ...values, [active.value]: value })}
      />
      <Big label={t('field.relay-hose')} value={hose.value} of={std.hoses} onPick={(to) => (hose.value = to)} />
      <Big
        label={t('field.relay-pump')}
        value={chosen}
        of={std.pumps.map((id) => [id, id.toUpperCase()] as const)}
        onPick={(to) => (pump.value = to)}
      />
    </section>
  )
}

function Found({ relay }: { relay: Relay }) {
  if (relay.problem) return <Problems problems={[relay.problem]} />
  return (
    <div aria-live="polite">
      <p class="figure">
        {relay.pumps.length} <small>{t('field.relay-pumps', { flow: number(relay.flow_lpm ?? 0) })}</small>
      </p>
      <p>
        {t('field.relay-loss', {
          loss: number(relay.loss_bar ?? 0, 1),
          rise: number(relay.rise_bar ?? 0, 1),
          hoses: relay.hoses ?? 0,
        })}
      </p>
      <ol class="lines">
        {relay.pumps.map((stand, i) => (
          <li key={stand.at_m}>
            <b>{t('field.relay-stand', { n: i + 1, m: number(stand.at_m) })}</b>
            <span>{t('field.relay-set', { out: number(stand.outlet_bar, 1), in: number(stand.inlet_bar, 1) })}</span>
          </li>
        ))}
      </ol>
    </div>
  )
}
