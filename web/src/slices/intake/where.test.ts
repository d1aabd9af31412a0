// What a caller sends is told apart from what a call-taker types: places are read, names are searched.
import { describe, expect, test } from 'vitest'
import { fromSearch, looksLocated } from './where-look'

describe('where', () => {
  test.each([
    '0.1329, 117.4901',
    '0,1329 LU 117,4901 BT',
    '0°07\'58" LU 117°29\'24" BT',
    'https://maps.app.goo.gl/abc',
    'https://www.google.com/maps/@0.13,117.49,15z',
    'geo:0.13,117.49',
    '6PHXGFMR+2Q',
    '50N 554000 14300',
  ])('%s holds a place', (text) => {
    expect(looksLocated(text)).toBe(true)
  })

  test.each(['gunung sari', 'Jl. Gunung Sari RT 12', 'hidran 12', 'pasar rawa indah', 'jl mt haryono no 5', 'loktuan'])(
    '%s is a name',
    (text) => {
      expect(looksLocated(text)).toBe(false)
    },
  )

  test('a street found keeps its RT and says how exact it is', () => {
    const hit = fromSearch({
      id: 's1',
      kind: 'street',
      name: 'Jl. Gunung Sari',
      context: 'Api-Api',
      area: 'a',
      lon: 1,
      lat: 2,
      score: 1,
      parts: 'RT 12',
    })
    expect(hit).toMatchObject({
      text: 'Jl. Gunung Sari, RT 12, Api-Api',
      precision: 150,
      area: 'a',
      id: 's1',
      name: 'Jl. Gunung Sari RT 12',
    })
  })
})
