// What is offered for a call fits how it stands.
import { describe, expect, test } from 'vitest'
import { type CallRow, thingsOf } from './call-more'
import { guessCalls } from './calls'

const call = (more: Partial<CallRow> = {}): CallRow => ({
  call: 'c1',
  channel: '112',
  line: null,
  answered_at: '2026-11-24T09:16:08+00:00',
  holder: 'op',
  outcome: null,
  incident: null,
  exercise: false,
  callback: false,
  recording: null,
  advised: [],
  person: null,
  prank: null,
  unclear: null,
  unclear_reason: null,
  ...more,
})
const asked = (kind: string, fields: object) => ({
  id: 'a',
  at: '2026-11-24T09:20:00Z',
  account: 'me',
  command: { kind, call: 'c1', ...fields },
})

describe('about a call', () => {
  test('only somebody else’s call is taken over, only a linked one unlinked', () => {
    expect(thingsOf(call(), 'op', 1)).not.toContain('hold')
    expect(thingsOf(call(), 'me', 1)).toContain('hold')
    expect(thingsOf(call(), 'op', 1)).not.toContain('unlink')
    expect(thingsOf(call({ incident: 'i' }), 'op', 0)).toEqual(['want-back', 'recording', 'prank', 'outcome', 'unlink'])
  })

  test('a wanted call back is answered by having called back', () => {
    expect(thingsOf(call({ callback: true }), 'op', 0)).toContain('called-back')
    expect(thingsOf(call({ callback: true }), 'op', 0)).not.toContain('want-back')
  })

  test.each([
    ['intake.hold-call', {}, { holder: 'me' }],
    ['intake.want-call-back', {}, { callback: true }],
    ['intake.link-recording', { recording: 'r1' }, { recording: 'r1' }],
    ['intake.suspect-prank', { note: 'tawa' }, { prank: 'tawa' }],
    ['intake.settle-call', { outcome: 'test' }, { outcome: 'test' }],
    ['intake.note-unclear-place', { text: 'dekat masjid', reason: 'uncertain' }, { unclear: 'dekat masjid' }],
  ])('%s shows at once', (kind, fields, wanted) => {
    expect(guessCalls([call()], asked(kind, fields))[0]).toMatchObject(wanted)
  })

  test('nobody reached: the call back stays wanted', () => {
    const wanted = [call({ callback: true })]
    expect(guessCalls(wanted, asked('intake.call-back', { reached: false }))[0]?.callback).toBe(true)
    expect(guessCalls(wanted, asked('intake.call-back', { reached: true }))[0]?.callback).toBe(false)
  })
})
