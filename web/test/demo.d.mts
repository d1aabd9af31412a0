export type SignIn = { name: string; password: string; roles: string[] }
export function startDemo(): Promise<{
  address: string
  signIns: SignIn[]
  stop(): Promise<unknown>
  pause(): void
  resume(): void
}>
