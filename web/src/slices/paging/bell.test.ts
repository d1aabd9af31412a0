import { expect, test } from 'vitest'
import { ring, samples, speak } from './bell'

test('the tone is loud, never above what a loudspeaker takes, and begins and ends in silence', () => {
  const made = samples(8000)
  const peak = made.reduce((most, one) => Math.max(most, Math.abs(one)), 0)
  expect(peak).toBeGreaterThan(0.6)
  expect(peak).toBeLessThanOrEqual(1)
  expect([made[0], made.at(-1)].map((one) => Math.abs(one ?? 1))).toEqual([0, 0])
  expect(made.length / 8000).toBeCloseTo(2.25)
})

test('it rings, reads out and rests, again and again, until a hand takes it', async () => {
  const heard: string[] = []
  let stop = () => {}
  await new Promise<void>((done) => {
    stop = ring({
      tone: async () => void heard.push('tone'),
      say: async () => void heard.push('say'),
      rest: async () => {
        heard.push('rest')
        if (heard.length === 6) {
          stop()
          done()
        }
      },
    })
  })
  await Promise.resolve()
  expect(heard).toEqual(['tone', 'say', 'rest', 'tone', 'say', 'rest'])
})

test('once taken it does not read out what is left', async () => {
  const heard: string[] = []
  let end = () => {}
  const tone = new Promise<void>((resolve) => {
    end = resolve
  })
  const stop = ring({ tone: () => tone, say: async () => void heard.push('say'), rest: async () => {} })
  stop()
  end()
  await Promise.resolve()
  await Promise.resolve()
  expect(heard).toEqual([])
})

test('without a voice nothing is read out and nothing waits', async () => {
  await expect(speak('BTG 1, berangkat.', 'id')).resolves.toBeUndefined()
})
