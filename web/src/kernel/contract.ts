// The node's own description of its doors, as types: which views and commands there are, and what they hold.
import type { operations, paths } from '../gen/types'

type Named<Prefix extends string> = keyof {
  [Path in keyof paths as Path extends `${Prefix}${infer Name}` ? Name : never]: true
}

export type ViewName = Named<'/api/views/'> & keyof operations
export type CommandName = Named<'/api/commands/'> & keyof operations

/** One row of a view. */
export type Row<Name extends ViewName> = operations[Name] extends {
  readonly responses: {
    readonly 200: { readonly content: { readonly 'application/json': { readonly rows: readonly (infer One)[] } } }
  }
}
  ? One
  : never

/** `kind` names the command: a field of it that the node calls so is called `as` here (doors.ts puts it back). */
type Renamed<Fields> = 'kind' extends keyof Fields
  ? Omit<Fields, 'kind'> &
      (Pick<Fields, 'kind'> extends Required<Pick<Fields, 'kind'>>
        ? { readonly as: Fields['kind'] }
        : { readonly as?: Fields['kind'] })
  : Fields

/** Any command this node understands, with its fields. */
export type Wish = {
  [Name in CommandName]: operations[Name] extends {
    readonly requestBody: { readonly content: { readonly 'application/json': { readonly command: infer Fields } } }
  }
    ? { readonly kind: Name } & (string extends keyof Fields ? unknown : Renamed<Fields>) // a command may have none
    : never
}[CommandName]
