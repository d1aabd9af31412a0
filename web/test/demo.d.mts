export type SignIn = { name: string; password: string; roles: string[] }
export function startDemo(options?: { data?: string; port?: number; moved?: boolean }): Promise<{
  address: string
  signIns: SignIn[]
  data: string
  stop(): Promise<unknown>
  kill(): Promise<unknown>
  pause(): void
  resume(): void
  ahead(seconds: number): Promise<void>
}>
