// A busy hour: changes come faster than answers, and answers still arrive.
import { expect, test } from 'vitest'
import { steady } from './steady'

const wait = (ms: number) => new Promise((resolve) => setTimeout(resolve, ms))

test('changes faster than answers: every answer counts, and the last change is asked about', async () => {
  let asked = 0
  let answered = 0
  let state = 0
  let seen = -1
  const asker = steady(async () => {
    asked++
    const then = state
    await wait(12)
    answered++
    seen = then
  }, 1)
  for (let i = 0; i < 30; i++) {
    state = i
    asker.ask()
    await wait(2)
  }
  await expect.poll(() => seen).toBe(29)
  expect(answered).toBe(asked)
  expect(answered).toBeGreaterThan(2)
  expect(answered).toBeLessThan(30)
})

test('several changes at once are one question', async () => {
  let asked = 0
  const asker = steady(async () => void asked++, 5)
  for (let i = 0; i < 10; i++) asker.ask()
  await wait(30)
  expect(asked).toBe(1)
})

test('after the end nothing is asked, also when a look is under way', async () => {
  let asked = 0
  const asker = steady(async () => {
    asked++
    await wait(5)
  }, 0)
  asker.ask()
  await wait(2)
  asker.ask()
  asker.end()
  await wait(20)
  asker.ask()
  await wait(5)
  expect(asked).toBe(1)
})

test('a look that fails does not end the asking', async () => {
  let asked = 0
  const asker = steady(async () => {
    asked++
    if (asked === 1) throw new Error('no network')
  }, 0)
  asker.ask()
  await wait(5)
  asker.ask()
  await wait(5)
  expect(asked).toBe(2)
})
