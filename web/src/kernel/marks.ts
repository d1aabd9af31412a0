// Where tags go on a map so that none covers another or a sign: tried round their point, the first free place wins.

export type Box = { readonly x: number; readonly y: number; readonly w: number; readonly h: number }

export type Tag = {
  readonly id: string
  readonly x: number
  readonly y: number
  readonly w: number
  readonly h: number
}

/** A tag's top left corner, and where its leader line leaves it. */
export type Placed = {
  readonly id: string
  readonly x: number
  readonly y: number
  readonly lx: number
  readonly ly: number
}

export const overlap = (a: Box, b: Box) => a.x < b.x + b.w && b.x < a.x + a.w && a.y < b.y + b.h && b.y < a.y + a.h

const inside = (box: Box, view: Box | undefined) =>
  !view || (box.x >= view.x && box.y >= view.y && box.x + box.w <= view.x + view.w && box.y + box.h <= view.y + view.h)

/** Right, left, and the corners first near, then further out; the last resort is on top of others. */
const SIDES = [
  [1, -1],
  [-1, -1],
  [1, 1],
  [-1, 1],
  [1, 0],
  [-1, 0],
  [0, -1],
  [0, 1],
] as const
const REACH = [18, 34, 52, 76, 104, 136, 170] as const

export function place(tags: readonly Tag[], taken: readonly Box[], view?: Box, gap = 3): readonly Placed[] {
  const full: Box[] = [...taken]
  return tags.map((tag) => {
    const tries = REACH.flatMap((reach) =>
      SIDES.map(([sx, sy]) => ({
        x: sx > 0 ? tag.x + reach : sx < 0 ? tag.x - reach - tag.w : tag.x - tag.w / 2,
        y: sy > 0 ? tag.y + reach * 0.6 : sy < 0 ? tag.y - reach * 0.6 - tag.h : tag.y - tag.h / 2,
      })),
    )
    const room = (at: { x: number; y: number }): Box => ({
      x: at.x - gap,
      y: at.y - gap,
      w: tag.w + 2 * gap,
      h: tag.h + 2 * gap,
    })
    const free = tries.filter((one) => !full.some((box) => overlap(box, room(one))))
    const at =
      [...free, ...tries].find((one) => inside({ ...one, w: tag.w, h: tag.h }, view)) ?? free[0] ?? tries[0] ?? tag
    full.push({ x: at.x, y: at.y, w: tag.w, h: tag.h })
    return {
      id: tag.id,
      x: at.x,
      y: at.y,
      lx: Math.min(Math.max(tag.x, at.x), at.x + tag.w),
      ly: Math.min(Math.max(tag.y, at.y), at.y + tag.h),
    }
  })
}

/** Round a point, near before far: below, above, beside, the corners. */
const ROUND = [
  [0, 0],
  ...[1, 1.8, 2.6].flatMap((far) =>
    [
      [0, 1],
      [0, -1],
      [1, 0],
      [-1, 0],
      [1, 1],
      [-1, 1],
      [1, -1],
      [-1, -1],
    ].map(([x = 0, y = 0]) => [x * far, y * far] as const),
  ),
] as const
/** More words than this nobody reads on one map. */
const MOST_WORDS = 80

/** Words of the ground: on their point where it is free, else close by; who finds no room stays away. */
export function settle(words: readonly Tag[], taken: readonly Box[], view: Box, gap = 4): readonly Placed[] {
  const full: Box[] = [...taken]
  return words.slice(0, MOST_WORDS).flatMap((word) => {
    const boxes = ROUND.map(([sx, sy]) => ({
      x: word.x - word.w / 2 + sx * (word.w / 2 + 8),
      y: word.y - word.h / 2 + sy * (word.h / 2 + 8),
      w: word.w,
      h: word.h,
    }))
    const wide = (box: Box) => ({ x: box.x - gap, y: box.y - gap, w: box.w + 2 * gap, h: box.h + 2 * gap })
    const at = boxes.find((box) => inside(box, view) && !full.some((other) => overlap(other, wide(box))))
    if (!at) return []
    full.push(at)
    const lx = Math.min(Math.max(word.x, at.x), at.x + at.w)
    const ly = Math.min(Math.max(word.y, at.y), at.y + at.h)
    return [{ id: word.id, x: at.x, y: at.y, lx, ly }]
  })
}

/** The longest round distance that fits into `pixels`: 1, 2 or 5 times a power of ten (m). */
export function roundDistance(metresPerPixel: number, pixels: number): number {
  const most = metresPerPixel * pixels
  const power = 10 ** Math.floor(Math.log10(most))
  return ([5, 2, 1].find((n) => n * power <= most) ?? 1) * power
}

/** Ground covered by one pixel of a web-mercator map with 512-pixel tiles (m). */
export const metresPerPixel = (lat: number, zoom: number) =>
  (40_075_016.686 * Math.cos((lat * Math.PI) / 180)) / (512 * 2 ** zoom)
