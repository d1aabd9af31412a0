// The library as far as it is known here: the node's list, and while no node answers also the cards this device keeps.
import type { Row } from '../../kernel/contract'
import type { Held } from './applies'

export type LibraryRow = Row<'sop.cards'>

/** A card that holds and that the list does not know, or knows in an older version only, stands as it is kept. */
export function libraryOf(
  rows: readonly LibraryRow[],
  held: readonly Held[],
  theNodeKnows: boolean,
): readonly LibraryRow[] {
  if (theNodeKnows) return rows
  const newer = held.filter((one) => (rows.find((row) => row.card === one.card)?.latest ?? 0) < one.version)
  if (!newer.length) return rows
  const rest = rows.filter((row) => !newer.some((one) => one.card === row.card))
  return [...rest, ...newer.map(rowOf)].sort((a, b) => (a.title < b.title ? -1 : 1))
}

/** Of who wrote it, read it and what the province's card says, a kept card knows nothing. */
const rowOf = ({ card, version, front }: Held): LibraryRow => ({
  card,
  title: front.title,
  title_en: front.title_en ?? '',
  scope: front.scope ?? 'city',
  latest: version,
  holds: version,
  state: 'published',
  review: front.review ?? null,
  template: null,
  changed: 0,
  reads: 0,
  readers: [],
  at: '',
  author: '',
})
