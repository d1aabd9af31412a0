// What may stand as one with others on the map, and who gives it its shape.
import { describe, expect, test } from 'vitest'
import { incidentMark, unitMark } from './map-marks'
import { gravity, type Incident, type Unit } from './rows'

const incident = (more: Partial<Incident> = {}) =>
  ({
    id: 'i',
    number: '0001',
    kind: 'K',
    type: 'Permukiman',
    at: [117.4, 0.1],
    clocks: {},
    units: ['BTG-1'],
    state: 'open',
    exercise: false,
    lifeRisk: false,
    ...more,
  }) as Incident
const unit = (more: Partial<Unit> = {}) =>
  ({ id: 'BTG-1', code: 'BTG-1', status: 'arrived', incident: 'i', at: [117.4, 0.1], ...more }) as Unit

describe('alone', () => {
  const alone = (on: boolean, mayday: boolean) => incidentMark(incident(), { on, mayday })[0]?.flock?.alone
  test('the chosen incident and one with a MAYDAY stay by themselves, others may join', () => {
    expect([alone(false, false), alone(true, false), alone(false, true)]).toEqual([false, true, true])
  })

  test('so do units of the chosen incident and those of the proposal', () => {
    const marked = (one: Unit, plan: boolean, near: boolean) => unitMark(one, plan, near)[0]?.flock?.alone
    expect(marked(unit(), false, false)).toBe(false)
    expect(marked(unit(), false, true)).toBe(true)
    const { incident: _, ...free } = unit({ status: 'ready' })
    expect(marked(free, true, false)).toBe(true)
  })
})

describe('together', () => {
  test('life in danger is gravest, then who has no unit; held, over and exercises come last', () => {
    const order = [
      incident({ lifeRisk: true, units: [] }),
      incident({ lifeRisk: true }),
      incident({ units: [] }),
      incident(),
      incident({ clocks: { 'under-control': 1 } }),
      incident({ state: 'closed', lifeRisk: true }),
      incident({ exercise: true, lifeRisk: true, units: [] }),
    ].map(gravity)
    expect(order).toEqual([...order].sort((a, b) => b - a))
    expect(new Set(order).size).toBe(order.length)
  })

  test('many say how many they are and name each one', () => {
    const marks = ['0001', '0002', '0003'].flatMap((number) =>
      incidentMark(incident({ id: number, number }), { on: false, mayday: false }),
    )
    const one = marks[0]?.flock?.as(marks)
    expect(one?.label).toBe('3 kejadian: 0001 Permukiman, 0002 Permukiman, 0003 Permukiman')
    expect(one?.at).toEqual([117.4, 0.1])
    const tags = unitMark(unit(), false, false)
    expect(tags[0]?.flock?.as([...tags, ...tags]).hue).toBe('scene')
  })
})
