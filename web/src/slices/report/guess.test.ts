import { describe, expect, test } from 'vitest'
import type { Asked, Command } from '../../kernel/words'
import { guessReport } from './guess'
import type { Report } from './rows'

const ROW = {
  incident: 'I1',
  state: 'draft',
  missing: ['object-missing', 'cause-missing'],
  completeness: 0.5,
  validation: [{ code: 'cause-missing', field: 'cause', severity: 'stops' }],
  cause: null,
  response: { clocks: { answered: '2026-11-24T09:16:08Z' } },
} as unknown as Report

const asked = (command: Command): Asked => ({ id: 'a', at: '2026-11-24T10:00:00Z', account: 'danru', command })
const seen = (...commands: Command[]) =>
  commands.reduce<readonly Report[]>((rows, command) => guessReport(rows, asked(command)), [ROW])[0]

describe('a report as it was said here', () => {
  test('a section stands at once, counts as said, and is pending', () => {
    const row = seen({ kind: 'report.state-cause', incident: 'I1', cause: 'unknown', basis: 'suspected', thing: '' })
    expect(row?.cause).toMatchObject({ cause: 'unknown', actor: 'danru' })
    expect([row?.missing, row?.completeness, row?.validation]).toEqual([['object-missing'], 0.75, []])
    expect(row?.pending?.has('cause')).toBe(true)
  })

  test('the kind of an object, which a command calls otherwise, comes back under its name', () => {
    expect(seen({ kind: 'report.describe-object', incident: 'I1', as: 'house' })?.object).toMatchObject({
      kind: 'house',
    })
  })

  test('a step brings it on, and another report stays as it is', () => {
    const check = { kind: 'report.check-report', incident: 'I1', digest: '' }
    expect(seen(check)?.state).toBe('checked')
    expect(seen({ ...check, incident: 'I2' })).toEqual(ROW)
  })

  test('a corrected time of the incident stands at once; one of a unit waits for the node', () => {
    const at = '2026-11-24T09:24:10.000Z'
    const correct = { kind: 'dispatch.correct-time', incident: 'I1', clock: 'ready-to-serve', at, unit: null }
    expect(seen(correct)?.response.clocks['ready-to-serve']).toBe(at)
    expect(seen({ ...correct, unit: 'BTG-1' })?.response).toEqual(ROW.response)
    expect(seen({ ...correct, at: null, clock: 'answered' })?.response.clocks).toEqual({})
  })

  test('loss that nobody could estimate has no sum', () => {
    const line = { what: 'motor', count: 1, price_rp: null, amount_rp: null, unit: '' }
    expect(seen({ kind: 'report.state-loss', incident: 'I1', lines: [line] })?.loss).toMatchObject({
      total_rp: null,
      open: 1,
    })
  })
})
