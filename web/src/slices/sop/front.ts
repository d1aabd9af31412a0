// The front matter of a card that is being written, read on the device for the preview; the node alone decides whether it
// is right, and names the place of what is not: here that place becomes a line.
import { isNode, LineCounter, parseDocument } from 'yaml'
import type { Step } from './at-incident'

const FRONT = /^\ufeff?---[ \t]*\r?\n([\s\S]*?)\r?\n---[ \t]*(?:\r?\n|$)([\s\S]*)$/

export type Draft = { readonly title: string; readonly steps: readonly Step[]; readonly body: string }

/** As much of a card as can be shown; nothing where its front matter cannot be read. */
export function draftOf(source: string): Draft | undefined {
  const found = FRONT.exec(source)
  if (!found) return undefined
  const doc = parseDocument(found[1] ?? '', { maxAliasCount: 0 } as never)
  if (doc.errors.length) return undefined
  const front = plain(doc)
  const steps = Array.isArray(front.steps) ? front.steps : []
  return {
    title: typeof front.title === 'string' ? front.title : '',
    steps: steps.flatMap((one: unknown) => (isStep(one) ? [asWords(one)] : [])),
    body: (found[2] ?? '').trim(),
  }
}

function plain(doc: ReturnType<typeof parseDocument>): Record<string, unknown> {
  try {
    const front: unknown = doc.toJS({ maxAliasCount: 0 })
    return front && typeof front === 'object' ? (front as Record<string, unknown>) : {}
  } catch {
    return {} // anchors: the node refuses them too
  }
}

const isStep = (one: unknown): one is Step =>
  typeof one === 'object' &&
  one !== null &&
  typeof (one as Step).id === 'string' &&
  typeof (one as Step).text === 'string'

/** Answers are the words that stand there, as the node reads them; what is none yet is left out. */
function asWords({ answers, answers_en, when, ...step }: Step): Step {
  const branch = when && typeof when === 'object' && { step: String(when.step), answer: String(when.answer) }
  return { ...step, answers: words(answers), answers_en: words(answers_en), ...(branch && { when: branch }) }
}

const words = (of: unknown): string[] => (Array.isArray(of) ? of.map(String) : [])

/** The line (from 1) of what the node found wrong: `12:4`, or a path such as `steps[2].role`. */
export function lineOf(source: string, where: string): number | undefined {
  const named = /^(\d+):\d+$/.exec(where)
  if (named) return Number(named[1])
  const found = FRONT.exec(source)
  if (!found) return 1
  const counter = new LineCounter()
  const doc = parseDocument(found[1] ?? '', { lineCounter: counter })
  const path = where.split(/[.[\]]+/).filter((part) => part && part !== '...')
  for (let length = path.length; length > 0; length--) {
    const keys = path.slice(0, length).map((part) => (/^\d+$/.test(part) ? Number(part) : part))
    const node: unknown = doc.getIn(keys, true)
    if (isNode(node) && node.range) return counter.linePos(node.range[0]).line + 1
  }
  return 1
}
