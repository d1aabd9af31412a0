import { createHash } from 'node:crypto'
import { expect, test } from 'vitest'
import { hashOf, newCode, newPassword, newToken, newWebhookSecret } from './secrets'

test('a password is sixteen letters in fours, without those that are taken for others, and never the same', () => {
  const made = Array.from({ length: 200 }, newPassword)
  for (const one of made) expect(one).toMatch(/^([a-hjkmnp-z2-9]{4}-){3}[a-hjkmnp-z2-9]{4}$/)
  expect(new Set(made).size).toBe(200)
})

test('every letter comes about as often', () => {
  const counts = new Map<string, number>()
  for (let n = 0; n < 2000; n++)
    for (const letter of newPassword().replaceAll('-', '')) counts.set(letter, (counts.get(letter) ?? 0) + 1)
  expect(counts.size).toBe(31)
  const mean = (2000 * 16) / 31
  for (const [letter, count] of counts) expect(Math.abs(count - mean), letter).toBeLessThan(mean * 0.25)
})

test('a token says what it is for, and its hash is what the node computes', async () => {
  const token = newToken()
  expect(token).toMatch(/^sgt_[A-Za-z0-9_-]{43}$/)
  expect(await hashOf(token)).toBe(createHash('sha256').update(token).digest('hex'))
})

test('a code of a link can stand in an address, and what signs webhooks is 32 bytes as the standard writes them', () => {
  expect(newCode()).toMatch(/^sge_[A-Za-z0-9_-]{43}$/)
  const [, made = ''] = /^whsec_(.+)$/.exec(newWebhookSecret()) ?? []
  expect(Buffer.from(made, 'base64')).toHaveLength(32)
  expect(newWebhookSecret()).not.toBe(newWebhookSecret())
})
