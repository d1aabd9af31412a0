import { expect, test } from 'vitest'
import { bytesOf, digestOf, partsOf } from './browser-push'

test("the node's key becomes the 65 bytes of a point", () => {
  const key = 'BNcRdreALRFXTkOOUHK1EtK2wtaz5Ry4YfYCA_0QTpQtUbVlUls0VJXg7A8u-Ts1XbjhazAkj7I99e8QcYP7DkM'
  const bytes = bytesOf(key)
  expect([bytes.length, bytes[0]]).toEqual([65, 4])
})

test('a subscription is compared by the digest the node makes of it', async () => {
  // sha256('https://push.example.com/s/abc'), as slices/paging/rules/receivers.py has it
  expect(await digestOf('https://push.example.com/s/abc')).toMatch(/^[0-9a-f]{32}$/)
  expect(await digestOf('a')).toBe('ca978112ca1bbdcafac231b39a23dc4d')
})

test('a subscription without keys is none', () => {
  const made = (json: PushSubscriptionJSON) => ({ toJSON: () => json }) as PushSubscription
  const keys = { p256dh: 'p', auth: 'a' }
  expect(partsOf(made({ endpoint: 'https://x', keys }))).toEqual({ endpoint: 'https://x', ...keys })
  expect(partsOf(made({ endpoint: 'https://x' }))).toBeUndefined()
})
