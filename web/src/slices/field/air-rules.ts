// Figures of breathing apparatus, and air as a real gas: what src/siaga/engine/air_rules.py reads, as field.standards
// shows it.

export type Rule = 'way-in' | 'share' | 'exit-by-whistle'

/** A cylinder: water volume in litres and working pressure in bar. */
export type Cylinder = { readonly litres: number; readonly bar: number }

/** Compressibility z of air by pressure (bar), two rows of equal length, rising pressure. */
export type Gas = { readonly bar: readonly number[]; readonly z: readonly number[] }

export type Exertion = { readonly l_min: number; readonly sd_l_min: number }

export type AirRules = {
  readonly cylinders: Readonly<Record<string, Cylinder>>
  readonly gas: Gas
  readonly consumption: {
    readonly usual: string
    readonly least_l_min: number
    readonly swing_l_min: number
    readonly swing_s: number
    readonly exertion: Readonly<Record<string, Exertion>>
  }
  readonly gauge: { readonly step_bar: number; readonly rise_bar: number; readonly over_share: number }
  readonly pressures: { readonly whistle_bar: number; readonly entry_share: number }
  readonly turn_back: {
    readonly enabled: readonly Rule[]
    readonly factor: number
    readonly reserve_bar: number
    readonly share: number
  }
  readonly warnings: {
    readonly early: number
    readonly soon_s: number
    readonly stale_s: number
    readonly change_sd: number
    readonly ahead_s: number
  }
}

/** Variance of the air used that grows per minute (L²/min). */
export const swing = (rules: AirRules) => (2 * rules.consumption.swing_l_min ** 2 * rules.consumption.swing_s) / 60

/** Whether volume and working pressure can be those of a worn cylinder. */
export const cylinderPossible = ({ litres, bar }: Cylinder) => litres >= 0.5 && litres <= 20 && bar >= 100 && bar <= 400

/** (bar, litres of free air per litre of cylinder), from empty on. */
function nodes(gas: Gas): readonly (readonly [number, number])[] {
  return [[0, 0], ...gas.bar.map((bar, at) => [bar, bar / (gas.z[at] ?? Number.NaN)] as const)]
}

/** How many of a rising row are not above a value. */
const notAbove = (row: readonly number[], value: number) => row.filter((one) => one <= value).length

/** z = a + b·bar on the piece of the table that holds this pressure; an empty cylinder is an ideal one. */
function line(gas: Gas, bar: number): readonly [number, number] {
  const at = Math.min(notAbove(gas.bar, bar), gas.bar.length - 1)
  const of = (row: readonly number[], n: number) => row[n] ?? Number.NaN
  const [low, high] = at ? [of(gas.bar, at - 1), of(gas.bar, at)] : [0, of(gas.bar, 0)]
  const [zLow, zHigh] = at ? [of(gas.z, at - 1), of(gas.z, at)] : [1, of(gas.z, 0)]
  const slope = (zHigh - zLow) / (high - low)
  return [zLow - slope * low, slope]
}

function compressibility(gas: Gas, bar: number): number {
  const [intercept, slope] = line(gas, bar)
  return intercept + slope * bar
}

/** The last pressure of the table (bar). */
export const top = (gas: Gas) => gas.bar.at(-1) ?? 0

/** Litres of free air (1 bar, 300 K) in a cylinder of so many litres: V·p/z(p). */
export const freeLitres = (gas: Gas, litres: number, bar: number) => (litres * bar) / compressibility(gas, bar)

/** Pressure in bar of a cylinder that holds so much free air (both litres); inverse of freeLitres. */
export function barOf(gas: Gas, litres: number, free: number): number {
  const fill = free / litres
  const table = nodes(gas)
  const last = table.at(-1) ?? [0, 0]
  if (fill <= 0) return 0
  if (fill >= last[1]) return last[0]
  const at = notAbove(
    table.map((node) => node[1]),
    fill,
  )
  const [intercept, slope] = line(gas, table[at - 1]?.[0] ?? 0)
  return Math.min((intercept * fill) / (1 - slope * fill), table[at]?.[0] ?? 0)
}

/** Litres of free air that one bar is worth at a pressure: V·d(p/z)/dp. */
export const litresPerBar = (gas: Gas, litres: number, bar: number) =>
  (litres * line(gas, bar)[0]) / compressibility(gas, bar) ** 2

const horner = (coefficients: readonly number[], r: number) =>
  coefficients.reduce((sum, coefficient) => sum * r + coefficient, 0)

// Wichura, M. J. (1988), Algorithm AS 241 (PPND16), Applied Statistics 37(3): the one Python's NormalDist uses.
const CENTRE = [
  [
    2509.0809287301227, 33430.57558358813, 67265.7709270087, 45921.95393154987, 13731.69376550946, 1971.5909503065513,
    133.14166789178438, 3.3871328727963665,
  ],
  [
    5226.495278852854, 28729.085735721943, 39307.89580009271, 21213.794301586597, 5394.196021424751, 687.1870074920579,
    42.31333070160091, 1,
  ],
] as const
const TAIL = [
  [
    0.0007745450142783414, 0.022723844989269184, 0.2417807251774506, 1.2704582524523684, 3.6478483247632045,
    5.769497221460691, 4.630337846156546, 1.4234371107496835,
  ],
  [
    1.0507500716444169e-9, 0.0005475938084995345, 0.015198666563616457, 0.14810397642748008, 0.6897673349851,
    1.6763848301838038, 2.053191626637759, 1,
  ],
] as const

/** The value that a share `p` of a standard normal lies below; for shares that warnings use, not the far tails. */
export function normalQuantile(p: number): number {
  const q = p - 0.5
  if (Math.abs(q) <= 0.425) {
    const r = 0.180625 - q * q
    return (horner(CENTRE[0], r) * q) / horner(CENTRE[1], r)
  }
  const r = Math.sqrt(-Math.log(q <= 0 ? p : 1 - p)) - 1.6
  const x = horner(TAIL[0], r) / horner(TAIL[1], r)
  return q < 0 ? -x : x
}
