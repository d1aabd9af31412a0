// Water: what is needed by Permen PU 20/2009 in litres, what is there, what tankers bring, pumps in a row.
import { useSignal } from '@preact/signals'
import { useEffect } from 'preact/hooks'
import { shortTime, span } from '../../kernel/clock'
import type { Row } from '../../kernel/contract'
import { useView } from '../../kernel/device'
import { glance } from '../../kernel/doors'
import { number, t, word } from '../../kernel/i18n'
import { steady } from '../../kernel/steady'
import { Pad } from './pad'
import { useScene } from './scene'
import { Big, Sheet } from './sheet'
import { RelayPart } from './sheet-relay'
import { EMPTY, FIELDS, type FieldName, type Plan, planAsk, planOf, queryOf } from './water'

type Figures = Row<'field.water-figures'>
const GATHER_MS = 250

export function WaterSheet() {
  const { row, ask, acts, close, online } = useScene()
  const view = useView('field.water', { incident: row.incident }, { keep: true })
  const kept = view.rows.value[0]
  const plan = useSignal<Plan | undefined>(undefined)
  const now = plan.value ?? (kept ? planOf(kept) : EMPTY)
  const active = useSignal<FieldName>('volume_m3')
  const figures = useFigures(now)
  const set = (name: FieldName, value: string) => (plan.value = { ...now, [name]: value })
  const keep = () => {
    void ask('field.plan-water', planAsk(now), t('field.said-water'))
    plan.value = undefined
  }
  return (
    <Sheet
      title={t('field.water')}
      {...(kept && { more: t('field.since', { at: shortTime(kept.at) }) })}
      onClose={close}
      pad={
        <Pad
          label={t(FIELDS[active.value].words)}
          value={now[active.value]}
          digits={6}
          onValue={(value) => set(active.value, value)}
        />
      }
      foot={
        acts ? (
          <button type="button" class="btn touch main" disabled={!plan.value} onClick={keep}>
            {t('field.water-keep')}
          </button>
        ) : undefined
      }
    >
      <Held figures={figures} />
      {online ? null : <p class="hint">{t('field.needs-network')}</p>}
      <Inputs plan={now} active={active.value} onActive={(name) => (active.value = name)} />
      <Big
        label={t('field.water-class')}
        value={now.hazard_class}
        of={['7', '6', '5', '4', '3'].map((n) => [n, n, word('ark', n)] as const)}
        onPick={(to) => (plan.value = { ...now, hazard_class: to })}
      />
      <Big
        label={t('field.water-build')}
        value={now.construction}
        of={['0.5', '0.75', '1', '1.5'].map((n) => [n, number(Number(n), 2), word('akk', n)] as const)}
        onPick={(to) => (plan.value = { ...now, construction: to })}
      />
      <Big
        label={t('field.water-exposed')}
        value={now.exposed ? 'yes' : 'no'}
        of={[
          ['no', t('field.water-alone')],
          ['yes', t('field.water-near')],
        ]}
        onPick={(to) => (plan.value = { ...now, exposed: to === 'yes' })}
      />
      <RelayPart />
    </Sheet>
  )
}

/** The node reckons while it is typed: the figures of the plan as it stands here. */
function useFigures(plan: Plan): Figures | undefined {
  const figures = useSignal<Figures | undefined>(undefined)
  const query = JSON.stringify(queryOf(plan))
  useEffect(() => {
    const look = steady(async () => {
      const [found] = await glance('field.water-figures', JSON.parse(query))
      figures.value = found
    }, GATHER_MS)
    look.ask()
    return look.end
  }, [query])
  return figures.value
}

function Held({ figures }: { figures: Figures | undefined }) {
  if (!figures) return null
  const { need, held, shuttle, problems } = figures
  const litres = (n: number) => `${number(Math.round(n))} L`
  const flow = (n: number) => `${number(Math.round(n))} L/mnt`
  return (
    <section aria-live="polite">
      {need ? (
        <p class="figure">
          {number(Math.round(need.litres))} <small>{t('field.water-need')}</small>
        </p>
      ) : null}
      <dl class="facts-of">
        {need ? (
          <>
            <dt>{t('field.water-delivery')}</dt>
            <dd>
              {flow(need.delivery_lpm)}
              {need.capped ? ` ${t('field.water-capped')}` : ''}
            </dd>
          </>
        ) : null}
        {held ? (
          <>
            <dt>{t('field.water-have')}</dt>
            <dd>{litres(held.have_l)}</dd>
            <dt>{t('field.water-missing')}</dt>
            <dd class={held.missing_l > 0 ? 'eyes' : ''}>
              {held.missing_l > 0 ? litres(held.missing_l) : t('field.water-enough')}
            </dd>
            <dt>{t('field.water-lasting')}</dt>
            <dd>{flow(held.lasting_lpm)}</dd>
            <dt>{t('field.water-holds')}</dt>
            <dd>{held.minutes === null ? t('field.water-endless') : span(held.minutes * 60_000)}</dd>
          </>
        ) : null}
        {shuttle ? (
          <>
            <dt>{t('field.water-shuttle')}</dt>
            <dd>
              {flow(shuttle.lpm)}, {t('field.water-round', { span: span(shuttle.round_s * 1000) })}
              {shuttle.wait_s > 0 ? `, ${t('field.water-wait', { span: span(shuttle.wait_s * 1000) })}` : ''}
              {shuttle.wanted === null ? '' : `, ${t('field.water-wanted', { n: shuttle.wanted })}`}
            </dd>
          </>
        ) : null}
      </dl>
      <Problems problems={problems} />
    </section>
  )
}

type Problem = Figures['problems'][number]

/** Why there is no figure: the node names what is impossible. */
export function Problems({ problems }: { problems: readonly Problem[] }) {
  if (!problems.length) return null
  return (
    <ul class="notices" role="alert">
      {problems.map((one) => (
        <li key={`${one.code} ${one.field}`}>
          {word('water-problem', one.code)} {one.value === null ? '' : number(one.value, 1)}
        </li>
      ))}
    </ul>
  )
}

function Inputs({ plan, active, onActive }: { plan: Plan; active: FieldName; onActive(name: FieldName): void }) {
  return (
    <div class="inputs" role="group" aria-label={t('field.water-inputs')}>
      {(Object.keys(FIELDS) as FieldName[]).map((name) => (
        <button
          type="button"
          key={name}
          class={name === active ? 'btn is-on' : 'btn'}
          aria-pressed={name === active}
          onClick={() => onActive(name)}
        >
          <small>{t(FIELDS[name].words)}</small>
          <span>
            {plan[name] === '' ? '–' : number(Number(plan[name]))} <small>{FIELDS[name].unit}</small>
          </span>
        </button>
      ))}
    </div>
  )
}
