// Who was signed in is remembered without any secret, for a day, and no longer than the person wants.
import { signal } from '@preact/signals'
import { expect, test } from 'vitest'
import { HOLDS_MS, openMemory } from './remembered'
import { inMemory } from './shelf'

const session = { account: 'op', name: 'danton', roles: ['dispatcher'], agency: 'damkar', csrf: 'secret mark' }

function memory() {
  const { notes } = inMemory()
  const clock = { at: 1_000_000_000 }
  return { notes, clock, open: () => openMemory(notes, () => clock.at) }
}

test('a day after the node last confirmed it a session is nobody’s', async () => {
  const { clock, open } = memory()
  await open().keep(session)
  clock.at += HOLDS_MS - 1
  expect(await open().recall()).toMatchObject({ account: 'op', roles: ['dispatcher'] })
  clock.at += 1
  expect(await open().recall()).toBeUndefined()
})

test('each time the node is heard the day begins anew', async () => {
  const { clock, open } = memory()
  const first = open()
  await first.keep(session)
  clock.at += HOLDS_MS - 1
  first.heard(clock.at)
  clock.at += HOLDS_MS - 1
  expect(await open().recall()).toMatchObject({ account: 'op' })
  expect(first.expired()).toBe(false)
  clock.at += 1
  expect(first.expired()).toBe(true)
})

test('a clock set back a little goes on from there', async () => {
  const { clock, open } = memory()
  const first = open()
  await first.keep(session)
  clock.at -= 3_600_000
  first.heard(clock.at)
  clock.at += HOLDS_MS - 1
  expect(await open().recall()).toMatchObject({ confirmedAt: clock.at - HOLDS_MS + 1 })
})

test('a clock set back by more than a day gives nothing to who sets it', async () => {
  const { clock, open } = memory()
  await open().keep(session)
  clock.at -= HOLDS_MS
  expect(await open().recall()).toBeUndefined()
})

test('nothing secret of a session is kept, and nothing at all after signing out', async () => {
  const { notes, open } = memory()
  const here = open()
  await here.keep(session)
  expect(JSON.stringify(await notes.get('session'))).not.toContain('secret')
  await here.forget()
  here.heard(2_000_000_000)
  expect(await open().recall()).toBeUndefined()
})

test('a sign-out without network is remembered until the node has heard of it', async () => {
  const { open } = memory()
  await open().owe()
  expect(await open().owes()).toBe(true)
  await open().settled()
  expect(await open().owes()).toBe(false)
})

test('a start without network knows how far the clock was off; a fresh measurement stands over it', async () => {
  const { open } = memory()
  const measured = signal(0)
  await open().clock(measured)
  measured.value = -420_000
  const again = signal(0)
  await open().clock(again)
  expect(again.value).toBe(-420_000)
  const fresh = signal(1600)
  await open().clock(fresh)
  expect(fresh.value).toBe(1600)
})
