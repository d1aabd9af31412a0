// Breathing air of a wearer, computed on the device: the same model as src/siaga/engine/air.py, where its reasons are
// written down, so that a tablet without network counts down to turning back and to the whistle.
import {
  type AirRules,
  barOf,
  type Cylinder,
  cylinderPossible,
  type Exertion,
  freeLitres,
  litresPerBar,
  normalQuantile,
  type Rule,
  swing,
  top,
} from './air-rules'

export type { AirRules, Cylinder } from './air-rules'

/** Of readings at the same moment the first of these comes first. */
const ORDER = ['entry', 'new-cylinder', 'goal', 'check'] as const
type Mark = (typeof ORDER)[number]
export type AirState = 'whistle' | 'turn-back' | 'unknown' | 'soon' | 'ok'
export type NoticeCode =
  | 'no-reading'
  | 'no-entry-pressure'
  | 'entry-below-minimum'
  | 'pressure-absurd'
  | 'pressure-rose'
  | 'readings-disagree'
  | 'consumption-rose'
  | 'time-absurd'
  | 'reading-ahead'
  | 'reading-old'
  | 'cylinder-absurd'
  | 'exertion-unknown'
  | 'way-in-not-measured'

const WORST_FIRST: readonly AirState[] = ['whistle', 'turn-back', 'unknown', 'soon', 'ok']
const LATEST_S = 1e10

/** A pressure somebody read: when (s, any common scale), gauge pressure (bar), and where on the trip. */
export type Reading = { readonly at_s: number; readonly bar: number; readonly mark: Mark }

/** The cylinder on his back, everything read from it, how hard he works (null: as the service plans). */
export type Worn = {
  readonly cylinder: Cylinder
  readonly readings: readonly Reading[]
  readonly exertion?: string | null
}

export type Notice = {
  readonly code: NoticeCode
  readonly at_s?: number | null
  readonly bar?: number | null
  readonly against_bar?: number | null
}

/** An uncertain value: early quantile, middle, late quantile. */
export type Range = { readonly low: number; readonly middle: number; readonly high: number }
type Spread = { readonly mean: number; readonly sd: number }
export type TurnBack = { readonly bar: number; readonly rule: Rule | 'whistle'; readonly measured: boolean }

/** What is believed at one moment: air (L) and rate (L/min), their variances and covariance. */
type Belief = {
  readonly at_s: number
  readonly litres: number
  readonly rate: number
  readonly var_litres: number
  readonly cov: number
  readonly var_rate: number
}

type Learned = {
  readonly belief?: Belief
  readonly last_bar?: number
  readonly entry_bar?: number | undefined
  readonly goal_bar?: number | undefined
  readonly notices: readonly Notice[]
}

/** The air of one wearer at one moment; times are seconds from that moment, absent where nothing is known. */
export type Air = {
  readonly state: AirState
  readonly notices: readonly Notice[]
  readonly age_s?: number
  readonly pressure?: Range
  readonly l_min?: Spread
  readonly bar_min?: Spread
  readonly turn_back?: TurnBack
  readonly to_turn_back?: Range
  readonly to_whistle?: Range
  readonly to_empty?: Range
}

/** A crew's air: that of its worst member, who is unknown, and the first turning back (s). */
export type CrewAir = {
  readonly worst?: string
  readonly air: Air
  readonly unknown: readonly string[]
  readonly turn_back_s?: number
}

/** Air of a wearer at now_s (s, the scale of the readings); odd input comes back as notices, never as an error. */
export function air(rules: AirRules, worn: Worn, now_s: number): Air {
  if (!(Math.abs(now_s) <= LATEST_S)) return { state: 'unknown', notices: [{ code: 'time-absurd' }] }
  const { belief, last_bar, entry_bar, goal_bar, notices: known } = learn(rules, worn)
  if (!belief || last_bar === undefined) return { state: 'unknown', notices: known }
  const notices = [...known]
  const age = now_s - belief.at_s
  if (age < -rules.warnings.ahead_s) notices.push({ code: 'reading-ahead', at_s: belief.at_s, bar: last_bar })
  if (age > rules.warnings.stale_s) notices.push({ code: 'reading-old', at_s: belief.at_s, bar: last_bar })
  const back = turnBack(rules, worn.cylinder, entry_bar, goal_bar)
  if (!back.measured) notices.push({ code: 'way-in-not-measured' })
  const minutes = Math.max(0, age) / 60
  const { gas } = rules
  const volume = worn.cylinder.litres
  const pressure = between(litresAfter(rules, belief, minutes).map((litres) => barOf(gas, volume, litres)))
  const until = (bar: number) =>
    between(minutesTo(rules, belief, freeLitres(gas, volume, bar)).map((time) => Math.max(0, time - minutes) * 60))
  const to_turn_back = until(back.bar)
  const to_whistle = until(rules.pressures.whistle_bar)
  const perBar = litresPerBar(gas, volume, pressure.middle)
  const sd = Math.sqrt(belief.var_rate)
  const rate = Math.max(belief.rate, rules.consumption.least_l_min)
  return {
    state: stateOf(rules, to_turn_back, to_whistle, age),
    notices,
    age_s: Math.max(0, age),
    pressure,
    l_min: { mean: rate, sd },
    bar_min: { mean: rate / perBar, sd: sd / perBar },
    turn_back: back,
    to_turn_back,
    to_whistle,
    to_empty: until(0),
  }
}

function stateOf(rules: AirRules, toTurnBack: Range, toWhistle: Range, age: number): AirState {
  if (toWhistle.low <= 0) return 'whistle'
  if (toTurnBack.low <= 0) return 'turn-back'
  if (age > rules.warnings.stale_s) return 'unknown'
  return toTurnBack.low <= rules.warnings.soon_s ? 'soon' : 'ok'
}

/** Air of a crew, which is that of its worst member: by state, then by the earliest turning back. */
export function crewAir(members: ReadonlyMap<string, Air>): CrewAir {
  const rank = (one: Air) => [WORST_FIRST.indexOf(one.state), one.to_turn_back?.low ?? 0, one.pressure?.low ?? 0]
  const before = (a: readonly number[], b: readonly number[]) => {
    const at = a.findIndex((value, n) => value !== b[n])
    return at >= 0 && (a[at] ?? 0) < (b[at] ?? 0)
  }
  let worst: [string, Air] | undefined
  for (const one of members) if (!worst || before(rank(one[1]), rank(worst[1]))) worst = one
  const backs = [...members.values()].flatMap((one) => (one.to_turn_back ? [one.to_turn_back.low] : []))
  return {
    ...(worst && { worst: worst[0] }),
    air: worst ? worst[1] : { state: 'unknown', notices: [{ code: 'no-reading' }] },
    unknown: [...members].filter(([, one]) => one.state === 'unknown').map(([name]) => name),
    ...(backs.length && { turn_back_s: Math.min(...backs) }),
  }
}

/** Turn-back pressure (bar): the highest of the enabled rules, never below the whistle. */
export function turnBack(
  rules: AirRules,
  cylinder: Cylinder,
  entry_bar: number | undefined,
  goal_bar: number | undefined,
): TurnBack {
  const entry = entry_bar ?? cylinder.bar
  const whistle = rules.pressures.whistle_bar
  const { factor, reserve_bar: reserve, share, enabled } = rules.turn_back
  const asked: [Rule | 'whistle', number][] = [['whistle', whistle]]
  for (const rule of enabled) {
    if (rule === 'share') asked.push([rule, share * entry])
    else if (rule === 'exit-by-whistle') asked.push([rule, (entry + whistle) / 2])
    else if (entry_bar !== undefined && goal_bar !== undefined)
      asked.push([rule, factor * Math.max(entry - goal_bar, rules.gauge.step_bar) + reserve])
    else asked.push([rule, (factor * entry + reserve) / (1 + factor)])
  }
  const [rule, bar] = asked.reduce((highest, one) => (one[1] > highest[1] ? one : highest))
  const measured = entry_bar !== undefined && goal_bar !== undefined
  return { bar: Math.min(bar, Math.max(entry, cylinder.bar)), rule, measured }
}

/** What the readings teach, in the order of their times; whatever is wrong with them stands in the notices. */
function learn(rules: AirRules, worn: Worn): Learned {
  const { cylinder } = worn
  if (!cylinderPossible(cylinder) || cylinder.bar * rules.gauge.over_share > top(rules.gas))
    return { notices: [{ code: 'cylinder-absurd' }] }
  const [readings, wrong] = usable(rules, worn)
  const [plan, unknown] = planOf(rules, worn.exertion ?? null)
  if (!readings.length) return { notices: [...wrong, ...unknown, { code: 'no-reading' }] }
  const known = readings.reduce<Learned>((so, reading) => take(rules, cylinder, plan, so, reading), {
    notices: [...wrong, ...unknown],
  })
  return known.entry_bar === undefined
    ? { ...known, notices: [...known.notices, { code: 'no-entry-pressure' }] }
    : known
}

function planOf(rules: AirRules, exertion: string | null): readonly [Exertion, readonly Notice[]] {
  const { exertion: table, usual } = rules.consumption
  const found = table[exertion ?? usual]
  if (found) return [found, []]
  const thirstiest = Object.values(table).reduce((most, one) => (one.l_min > most.l_min ? one : most))
  return [thirstiest, [{ code: 'exertion-unknown' }]]
}

/** Readings with a possible time and pressure, one for each moment, oldest first; the others as notices. */
function usable(rules: AirRules, worn: Worn): readonly [readonly Reading[], readonly Notice[]] {
  const possible: Reading[] = []
  const notices: Notice[] = []
  const finite = (bar: number) => (Number.isFinite(bar) ? bar : null)
  for (const reading of worn.readings) {
    if (!(Math.abs(reading.at_s) <= LATEST_S)) notices.push({ code: 'time-absurd', bar: finite(reading.bar) })
    else if (!(reading.bar >= 0 && reading.bar <= worn.cylinder.bar * rules.gauge.over_share))
      notices.push({ code: 'pressure-absurd', at_s: reading.at_s, bar: finite(reading.bar) })
    else possible.push(reading)
  }
  possible.sort((a, b) => a.at_s - b.at_s || ORDER.indexOf(a.mark) - ORDER.indexOf(b.mark) || a.bar - b.bar)
  const kept: Reading[] = []
  for (let from = 0; from < possible.length; ) {
    const first = possible[from] as Reading
    const same = possible.slice(from).filter((one) => one.at_s === first.at_s && one.mark === first.mark)
    const last = same.at(-1) ?? first
    if (last.bar - first.bar > rules.gauge.rise_bar)
      notices.push({ code: 'readings-disagree', at_s: first.at_s, bar: last.bar, against_bar: first.bar })
    kept.push(first)
    from += same.length
  }
  return [kept, notices]
}

/** One more reading. */
function take(rules: AirRules, cylinder: Cylinder, plan: Exertion, known: Learned, reading: Reading): Learned {
  const { belief, last_bar } = known
  const notices = [...known.notices]
  const litres = freeLitres(rules.gas, cylinder.litres, reading.bar)
  const variance = (cylinder.litres * rules.gauge.step_bar) ** 2 / 3
  const goal_bar = reading.mark === 'goal' ? reading.bar : known.goal_bar
  if (!belief || last_bar === undefined || reading.mark === 'entry' || reading.mark === 'new-cylinder') {
    const rate = belief?.rate ?? plan.l_min
    const var_rate = belief?.var_rate ?? plan.sd_l_min ** 2
    const fresh = { at_s: reading.at_s, litres, rate, var_litres: variance, cov: 0, var_rate }
    if (reading.mark !== 'entry')
      return { belief: fresh, last_bar: reading.bar, entry_bar: known.entry_bar, goal_bar, notices }
    if (reading.bar < rules.pressures.entry_share * cylinder.bar)
      notices.push({ code: 'entry-below-minimum', at_s: reading.at_s, bar: reading.bar })
    return { belief: fresh, last_bar: reading.bar, entry_bar: reading.bar, goal_bar: undefined, notices }
  }
  if (reading.bar - last_bar > rules.gauge.rise_bar) {
    notices.push({ code: 'pressure-rose', at_s: reading.at_s, bar: reading.bar, against_bar: last_bar })
    return { ...known, notices }
  }
  const [after, rose] = observe(rules, belief, reading.at_s, litres, variance, plan)
  if (rose) notices.push({ code: 'consumption-rose', at_s: reading.at_s, bar: reading.bar, against_bar: last_bar })
  return { belief: after, last_bar: reading.bar, entry_bar: known.entry_bar, goal_bar, notices }
}

/** Belief after a reading of so much air (L, variance L²), and whether it showed more consumption than believed. */
function observe(
  rules: AirRules,
  belief: Belief,
  at_s: number,
  litres: number,
  variance: number,
  plan: Exertion,
): readonly [Belief, boolean] {
  const expected = forward(rules, belief, at_s)
  const rose = litres < expected.litres - rules.warnings.change_sd * Math.sqrt(expected.var_litres + variance)
  const open = { ...belief, var_rate: Math.max(belief.var_rate, plan.sd_l_min ** 2) }
  const ahead = rose ? forward(rules, open, at_s) : expected
  const weight = 1 / (ahead.var_litres + variance)
  const gap = litres - ahead.litres
  return [
    {
      at_s,
      litres: rose ? litres : ahead.litres + ahead.var_litres * weight * gap,
      rate: ahead.rate + ahead.cov * weight * gap,
      var_litres: rose ? variance : ahead.var_litres * variance * weight,
      cov: ahead.cov * variance * weight,
      var_rate: ahead.var_rate - ahead.cov ** 2 * weight,
    },
    rose,
  ]
}

/** The belief carried on to a later time (s), without a reading: air falls by the rate, swings add up. */
function forward(rules: AirRules, belief: Belief, at_s: number): Belief {
  const t = (at_s - belief.at_s) / 60
  return {
    at_s,
    litres: belief.litres - belief.rate * t,
    rate: belief.rate,
    var_litres: belief.var_litres - 2 * t * belief.cov + t * t * belief.var_rate + t * swing(rules),
    cov: belief.cov - t * belief.var_rate,
    var_rate: belief.var_rate,
  }
}

/** Air after t minutes: mean D − c·t and variance A + B·t + C·t², C less on the hopeful side (high). */
function coming(rules: AirRules, belief: Belief) {
  const least = rules.consumption.least_l_min
  const rate = Math.max(belief.rate, least)
  const z = normalQuantile(1 - rules.warnings.early)
  return {
    litres: belief.litres,
    rate,
    a: belief.var_litres,
    b: swing(rules) - 2 * belief.cov,
    cLow: belief.var_rate,
    cHigh: Math.min(belief.var_rate, ((rate - least) / z) ** 2),
    z,
  }
}

/** Early, middle and late quantile of the air (L) t minutes after the belief. */
function litresAfter(rules: AirRules, belief: Belief, t: number): readonly number[] {
  const x = coming(rules, belief)
  const middle = x.litres - x.rate * t
  const low = middle - x.z * Math.sqrt(x.a + x.b * t + x.cLow * t * t)
  const high = middle + x.z * Math.sqrt(x.a + x.b * t + x.cHigh * t * t)
  return [low, middle, Math.min(high, x.litres + x.z * Math.sqrt(x.a))]
}

/** Early, middle and late minutes after the belief until the quantiles of the air reach a limit (L). */
function minutesTo(rules: AirRules, belief: Belief, limit: number): readonly number[] {
  const x = coming(rules, belief)
  const above = x.litres - limit
  const margin = x.z * Math.sqrt(x.a)
  const beta = 2 * above * x.rate + x.z ** 2 * x.b
  const gamma = above ** 2 - margin ** 2
  const root = (alpha: number) => beta + Math.sqrt(Math.max(0, beta ** 2 - 4 * alpha * gamma))
  const slower = x.rate ** 2 - x.z ** 2 * x.cHigh
  const early = above > margin ? (2 * gamma) / root(x.rate ** 2 - x.z ** 2 * x.cLow) : 0
  const late = above > -margin ? root(slower) / (2 * slower) : 0
  return [early, Math.max(0, above / x.rate), late]
}

function between(values: readonly number[]): Range {
  const [low = 0, middle = 0, high = 0] = values
  return { low, middle, high }
}
