// Forms of a report: what they ask of the node, and that they begin with what it says.
import { describe, expect, test } from 'vitest'
import { LOSS } from './parts-loss'
import { CAUSE, OBJECT } from './parts-object'
import { inOrder, moved, PHOTOS } from './parts-photos'
import { OBSTACLES, SUMMARY, VOLUNTEERS, WATER } from './parts-scene'
import { VICTIMS } from './parts-victims'
import type { Report } from './rows'

const EMPTY = { response: { opened_at: '2026-11-24T09:16:08.000000+00:00', clocks: {} } } as unknown as Report

describe('people', () => {
  test('a box left empty is not known, and nought is nought', () => {
    const form = VICTIMS.begin(EMPTY)
    const wish = VICTIMS.wish('I1', { ...form, citizens: { ...form.citizens, dead: '0', light: '2' } }, EMPTY)
    expect(wish).toMatchObject({ citizens: { dead: 0, heavy: null, light: 2, rescued: null }, affected: null })
  })

  test('what is no figure is not sent', () => {
    const form = VICTIMS.begin(EMPTY)
    expect(VICTIMS.wish('I1', { ...form, affected: 'sebelas' }, EMPTY)).toBeUndefined()
  })

  test('the form begins with what was said', () => {
    const said = { ...EMPTY, victims: { at: '', actor: '', citizens: { dead: 0, light: 2 }, displaced: 11 } } as Report
    const form = VICTIMS.begin(said)
    expect([form.citizens.dead, form.citizens.heavy, form.citizens.light, form.displaced]).toEqual(['0', '', '2', '11'])
  })
})

describe('object and cause', () => {
  test('an object needs its kind, and its owner is sent only when one is written', () => {
    const form = OBJECT.begin(EMPTY)
    expect(OBJECT.wish('I1', form, EMPTY)).toBeUndefined()
    expect(OBJECT.wish('I1', { ...form, kind: 'house', burnt: '84,5' }, EMPTY)).toMatchObject({
      as: 'house',
      burnt_m2: 84.5,
      building_m2: null,
      owner: null,
    })
  })

  test('an unknown cause is an answer, and never found by investigation', () => {
    const form = { ...CAUSE.begin(EMPTY), known: 'unknown', basis: 'investigated' } as const
    expect(CAUSE.wish('I1', form, EMPTY)).toMatchObject({ cause: 'unknown', basis: 'suspected' })
  })

  test('a cause that is known but not named, and one nobody was asked about, are not sent', () => {
    const form = CAUSE.begin(EMPTY)
    expect(CAUSE.wish('I1', form, EMPTY)).toBeUndefined()
    expect(CAUSE.wish('I1', { ...form, known: 'known' }, EMPTY)).toBeUndefined()
  })
})

describe('loss', () => {
  const line = { what: 'Bangunan', count: '84', unit: 'm²', price: '2.100.000', amount: '' }

  test('a line amounts to count times price, an empty one is left out, one without a name is looked at again', () => {
    const blank = { what: '', count: '', unit: '', price: '', amount: '' }
    const form = { ...LOSS.begin(EMPTY), lines: [line, blank] }
    expect(LOSS.wish('I1', form, EMPTY)).toMatchObject({
      lines: [{ what: 'Bangunan', count: 84, unit: 'm²', price_rp: 2_100_000, amount_rp: 176_400_000 }],
      saved_rp: null,
    })
    expect(LOSS.wish('I1', { ...form, lines: [{ ...line, what: ' ' }] }, EMPTY)).toBeUndefined()
    expect(LOSS.wish('I1', { ...form, lines: [{ ...line, unit: 'kira-kira 84!' }] }, EMPTY)).toBeUndefined()
  })
})

describe('the scene', () => {
  test('minutes lost are sent as seconds, unknown ones as not known', () => {
    const lines = [
      { kind: 'narrow-road', minutes: '4', note: '' },
      { kind: 'crowd', minutes: '', note: ' ramai ' },
    ]
    expect(OBSTACLES.wish('I1', { lines }, EMPTY)).toMatchObject({
      lines: [
        { kind: 'narrow-road', effect_s: 240, note: null },
        { kind: 'crowd', effect_s: null, note: 'ramai' },
      ],
    })
  })

  test('saying that nothing was used, or nothing hindered, is saying something', () => {
    expect(WATER.wish('I1', { lines: [] }, EMPTY)).toMatchObject({ lines: [] })
    expect(OBSTACLES.wish('I1', { lines: [] }, EMPTY)).toMatchObject({ lines: [] })
  })

  test('an hour of volunteers is that of the incident, and no hour is not known', () => {
    expect(VOLUNTEERS.wish('I1', { at: '17:14', group: 'Redkar' }, EMPTY)).toMatchObject({
      first_action_at: '2026-11-24T09:14:00.000Z',
    })
    expect(VOLUNTEERS.wish('I1', { at: '', group: '' }, EMPTY)).toMatchObject({ first_action_at: null, group: null })
    expect(VOLUNTEERS.wish('I1', { at: 'sore', group: '' }, EMPTY)).toBeUndefined()
  })

  test('closing words are words', () => {
    expect(SUMMARY.wish('I1', { text: '  ' }, EMPTY)).toBeUndefined()
  })
})

describe('photos', () => {
  const kept = (media: string) => ({ media, at: '2026-11-24T09:00:00Z', mime: 'image/webp' })
  const on = (medium: string) => ({ medium, caption: '', taken: '' })

  test('those that go with the report come first, in the order their author gave them', () => {
    const all = ['a', 'b', 'c', 'd'].map(kept)
    expect(inOrder(all, [on('d'), on('b'), on('gone')]).map((one) => one.media)).toEqual(['d', 'b', 'a', 'c'])
  })

  test('one moves a place at a time, and stays at either end', () => {
    expect(moved(['a', 'b', 'c'], 2, -1)).toEqual(['a', 'c', 'b'])
    expect(moved(['a', 'b', 'c'], 0, -1)).toEqual(['a', 'b', 'c'])
    expect(moved(['a', 'b', 'c'], 2, 1)).toEqual(['a', 'b', 'c'])
  })

  test('when one was taken is said only where it is known', () => {
    const photos = [{ medium: 'm1', caption: ' Dapur ', taken: '24/11/2026 17:14' }, on('m2')]
    expect(PHOTOS.wish('I1', { photos }, EMPTY)).toEqual({
      kind: 'report.choose-photos',
      incident: 'I1',
      photos: [
        { medium: 'm1', caption: 'Dapur', taken_at: '2026-11-24T09:14:00.000Z' },
        { medium: 'm2', caption: null, taken_at: null },
      ],
    })
    expect(PHOTOS.wish('I1', { photos: [{ ...on('m1'), taken: 'sore' }] }, EMPTY)).toBeUndefined()
  })
})
