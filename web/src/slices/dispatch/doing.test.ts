// What an incident allows depends on how it stands, and who may go instead is offered soonest first.
import { describe, expect, test } from 'vitest'
import { doable, instead } from './doing'
import type { Proposed } from './proposal-panel'
import type { Incident, Unit } from './rows'

const incident = (more: Partial<Incident> = {}) =>
  ({ state: 'open', kind: 'K', units: ['BTG-1'], exercise: false, ...more }) as Incident
const unit = (code: string, status = 'ready', at?: string) =>
  ({ id: code, code, status, type: 'pompa', station: 'Mako', ...(at && { incident: at }) }) as Unit

describe('doing', () => {
  test('an open incident with units can swap and release, one that is over can be opened again', () => {
    expect([...doable(incident())].sort()).toEqual(['calls', 'cancel', 'exercise', 'release', 'seen', 'swap', 'times'])
    expect([...doable(incident({ state: 'closed' }))]).toContain('reopen')
    expect([...doable(incident({ state: 'closed' }))]).not.toContain('cancel')
    expect([...doable(incident({ units: [] }))]).not.toContain('swap')
  })

  test('only a fire has a first sight of it, and an exercise stays one', () => {
    expect([...doable(incident({ kind: 'P' }))]).not.toContain('seen')
    expect([...doable(incident({ exercise: true }))]).not.toContain('exercise')
  })

  test('free units only; who arrives soonest first, then by name', () => {
    const fleet = [
      unit('BTG-10'),
      unit('BTG-2'),
      unit('BTG-3', 'arrived', 'i1'),
      unit('BTG-4'),
      unit('BTG-5', 'out-of-service'),
    ]
    const fit = [{ id: 'BTG-4', etaS: 300 }] as unknown as Proposed[]
    expect(instead(fleet, fit).map((one) => one.id)).toEqual(['BTG-4', 'BTG-2', 'BTG-10'])
  })
})
