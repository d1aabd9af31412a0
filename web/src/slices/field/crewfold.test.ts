// The device's fold of a crew and the node's are the same, for stories of every kind of fact.
import { describe, expect, test } from 'vitest'
import { type Crew, type Fact, type Rest, type Seen, step, unknown } from './crewfold'
import { made } from './made'

type Case = { facts: readonly { seen: Seen; fact: Fact }[]; expect: { crew: Crew } }

describe('crews', () => {
  const { about, cases } = made<{ rest: Rest }, Case>('crewfold')
  test.each(cases.map((one, n) => [n, one] as const))('story %i ends as at the node', (_, one) => {
    const crew = one.facts.reduce((so, { seen, fact }) => step(so, seen, fact, about.rest), unknown('c'))
    expect(crew).toEqual(one.expect.crew)
  })
})
