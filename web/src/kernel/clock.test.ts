// Times as the control room writes them: in the agency's zone, spans that never lose an hour, hours typed for today.
import { afterEach, describe, expect, test } from 'vitest'
import { date, instantNear, instantNext, instantOf, shortTime, span, time, zone, zoneName } from './clock'

const AT = Date.parse('2026-11-24T09:16:08.400Z')

describe('clock', () => {
  afterEach(() => {
    zone.value = 'Asia/Makassar'
  })

  test('every time is written in the zone of the agency', () => {
    expect([time(AT), shortTime(AT), date(AT), zoneName.value]).toEqual(['17:16:08', '17:16', '24/11/2026', 'WITA'])
    zone.value = 'Asia/Jakarta'
    expect([time(AT), zoneName.value]).toEqual(['16:16:08', 'WIB'])
  })

  test('a zone far away is written as well, by its summer and its winter', () => {
    zone.value = 'Europe/Amsterdam'
    expect([time('2026-07-01T22:05:09Z'), date('2026-07-01T22:05:09Z')]).toEqual(['00:05:09', '02/07/2026'])
    expect([shortTime('2026-12-01T22:05:09Z'), date('2026-12-01T22:05:09Z')]).toEqual(['23:05', '01/12/2026'])
  })

  test('midnight is 00, not 24', () => {
    expect(time('2026-11-24T16:00:00Z')).toBe('00:00:00')
  })

  test('spans grow from minutes to hours and never fall below nothing', () => {
    expect([0, 252_000, 3_599_999, 3_600_000, 4_365_000, -5_000].map(span)).toEqual([
      '00:00',
      '04:12',
      '59:59',
      '1:00:00',
      '1:12:45',
      '00:00',
    ])
  })

  test('a typed hour is the latest one that has been', () => {
    expect(instantOf('17:10', AT)).toBe('2026-11-24T09:10:00.000Z')
    expect(instantOf('17.10', AT)).toBe('2026-11-24T09:10:00.000Z')
    expect(instantOf('17:16:08', AT)).toBe('2026-11-24T09:16:08.000Z')
    expect(instantOf('23:50', AT)).toBe('2026-11-23T15:50:00.000Z')
    // Of long ago: the day that brings it nearest.
    expect(instantNear('23:50', AT)).toBe('2026-11-24T15:50:00.000Z')
    expect(instantNear('03:00', AT)).toBe('2026-11-24T19:00:00.000Z')
    expect(instantNear('06:00', AT)).toBe('2026-11-23T22:00:00.000Z')
    // Until when: the next time it will be.
    expect(instantNext('19:00', AT)).toBe('2026-11-24T11:00:00.000Z')
    expect(instantNext('06:00', AT)).toBe('2026-11-24T22:00:00.000Z')
    for (const text of ['', 'kemarin', '24:10'])
      expect([instantNear(text, AT), instantNext(text, AT)]).toEqual([undefined, undefined])
    for (const text of ['', '25:00', '17:60', '1710', 'kemarin']) expect(instantOf(text, AT)).toBeUndefined()
  })
})
