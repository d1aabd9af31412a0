// What the stories in a browser share: patience, signing in, accessibility faults, and ending a story at its first failure.
import { readFileSync } from 'node:fs'
import { createRequire } from 'node:module'
import type { Page } from 'playwright-core'
import { beforeEach, onTestFailed } from 'vitest'
import type { startDemo } from './demo.mjs'

export type Demo = Awaited<ReturnType<typeof startDemo>>
export const PATIENCE = { timeout: 30_000 }
const AXE = readFileSync(createRequire(import.meta.url).resolve('axe-core/axe.min.js'), 'utf8')

/** Signs an account of the demonstration in on the page that asks for it. */
export async function signIn(page: Page, demo: Demo, account: string) {
  const found = demo.signIns.find((one: { name: string }) => one.name === account)
  await page.getByLabel('NIP atau nama pengguna').waitFor(PATIENCE)
  await page.getByLabel('NIP atau nama pengguna').fill(account)
  await page.getByLabel('Sandi', { exact: true }).fill(found?.password ?? '')
  await page.keyboard.press('Enter')
}

/** Accessibility faults of the page, or of the one part that is new on it. */
export async function faults(page: Page, part = 'html'): Promise<string[]> {
  await page.evaluate(AXE)
  return page.evaluate(async (within) => {
    const { axe } = window as unknown as {
      axe: {
        run(
          within: string,
        ): Promise<{ violations: { id: string; nodes: { html: string; failureSummary: string }[] }[] }>
      }
    }
    const { violations } = await axe.run(within)
    return violations.flatMap((one) =>
      one.nodes.map((node) => `${one.id}: ${node.html.slice(0, 160)} ${node.failureSummary.slice(0, 160)}`),
    )
  }, part)
}

/** One story: when a step fails, those after it fail at once instead of waiting for what cannot come. */
export function oneStory() {
  let broken = false
  beforeEach(() => {
    if (broken) throw new Error('an earlier step of the story failed')
    onTestFailed(() => {
      broken = true
    })
  })
}
