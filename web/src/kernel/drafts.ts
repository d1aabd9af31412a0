// What is typed into a form and not yet saved: it outlives a closed sheet and the way to another page and back, never who
// typed it.
import { type Signal, signal } from '@preact/signals'

const drafts = new Map<string, Signal<unknown>>()

/** A form about something as its author left it; undefined while nothing of it is touched. */
export function draftOf<Form>(account: string, about: string, form: string): Signal<Form | undefined> {
  const key = JSON.stringify([account, about, form])
  let found = drafts.get(key)
  if (!found) {
    found = signal<unknown>(undefined)
    drafts.set(key, found)
  }
  return found as Signal<Form | undefined>
}
