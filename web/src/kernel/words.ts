// The words the two doors speak: commands, answers and views, as the node sends them.

export type Command = { readonly kind: string } & Readonly<Record<string, unknown>>

/** A wish on its way: who made it, when, and what came of it so far. */
export type Asked = {
  readonly id: string
  readonly at: string
  readonly account: string
  /** The enrolled device it was asked on, as far as the node told; observations are told apart by it. */
  readonly device?: string
  readonly command: Command
  readonly seenAt?: string
  readonly override?: string
  /** Position at which the node accepted it; absent while unanswered. */
  readonly acceptedAt?: number
  /** How often the node broke on it. */
  readonly broke?: number
  /** Too large to go between the others. */
  readonly bulky?: boolean
  /** It was made smaller on its way; the node may have the larger one, its answer lost. */
  readonly lighter?: boolean
  /** Why the node will not have it: kept until its author has read it. */
  readonly refused?: Refusal
}

/** A reasoned no. */
export type Refusal = {
  readonly code: string
  readonly reason: string
  readonly overridable: boolean
  readonly facts: Readonly<Record<string, unknown>>
}

export type Refused = { readonly asked: Asked; readonly refusal: Refusal }

export type Answer =
  | { readonly is: 'accepted'; readonly position: number }
  | { readonly is: 'kept' }
  | { readonly is: 'refused'; readonly refusal: Refusal }
  | { readonly is: 'later'; readonly afterMs: number }
  /** Nobody decides about it just now: it waits, and what does not depend on it goes on. */
  | { readonly is: 'waits'; readonly afterMs: number }
  | { readonly is: 'signed-out' }
  | { readonly is: 'broken' }

/** What became of one ask, for the screen that made it. */
export type Outcome =
  | { readonly is: 'accepted'; readonly position: number }
  | { readonly is: 'kept' }
  | { readonly is: 'refused'; readonly refusal: Refusal }
  | { readonly is: 'waiting' }
