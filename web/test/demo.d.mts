export type SignIn = { name: string; password: string; roles: string[] }
export function startDemo(options?: { data?: string; port?: number }): Promise<{
  address: string
  signIns: SignIn[]
  data: string
  stop(): Promise<unknown>
  kill(): Promise<unknown>
  pause(): void
  resume(): void
}>
