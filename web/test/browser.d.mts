import type { Browser, BrowserContext } from 'playwright-core'
export function launch(options?: Record<string, unknown>): Promise<Browser | BrowserContext>
