// The device's model of breathing air and the node's give the same figures.
import { describe, expect, test } from 'vitest'
import { type Air, type AirRules, air, type CrewAir, crewAir, type Worn } from './air'
import { normalQuantile } from './air-rules'
import { made, near } from './made'

type Case = { worn: Worn; now_s: number; expect: { air: Air; crew: CrewAir } }

/** As the node tells it: nothing where nothing is known. */
const told = <Value>(value: Value) => JSON.parse(JSON.stringify(value, (_, one) => one ?? undefined)) as Value

describe('air', () => {
  const { about, cases } = made<{ rules: AirRules }, Case>('air')
  test.each(cases.map((one, n) => [n, one] as const))(
    'case %i is as at the node',
    (_, { worn, now_s, expect: node }) => {
      const here = told(air(about.rules, worn, now_s))
      const entry = air(about.rules, { cylinder: worn.cylinder, readings: worn.readings.slice(0, 1) }, now_s)
      const crew = told(
        crewAir(
          new Map([
            ['a', here],
            ['b', entry],
          ]),
        ),
      )
      expect(near(here, node.air), JSON.stringify([here, node.air], null, 1)).toBe(true)
      expect(near(crew, node.crew), JSON.stringify([crew, node.crew], null, 1)).toBe(true)
    },
  )

  test('a share of the standard normal has the value of the printed tables', () => {
    expect(normalQuantile(0.9)).toBeCloseTo(1.2815515655446004, 12)
    expect(normalQuantile(0.95)).toBeCloseTo(1.6448536269514722, 12)
    expect(normalQuantile(0.01)).toBeCloseTo(-2.3263478740408408, 12)
    expect(normalQuantile(0.5)).toBe(0)
  })
})
