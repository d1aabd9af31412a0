// What is typed into a form and not yet saved: it outlives the way to another report and back, never who typed it.
import { type Signal, signal } from '@preact/signals'

const drafts = new Map<string, Signal<unknown>>()

/** The open form of a section as its author left it; undefined while nothing of it is touched. */
export function draftOf<Form>(account: string, incident: string, section: string): Signal<Form | undefined> {
  const key = JSON.stringify([account, incident, section])
  let found = drafts.get(key)
  if (!found) {
    found = signal<unknown>(undefined)
    drafts.set(key, found)
  }
  return found as Signal<Form | undefined>
}
