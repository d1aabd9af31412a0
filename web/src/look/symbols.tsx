// The symbols of the screens: Lucide strokes (ISC) on 24, state glyphs on 12 and incident shapes on 28 of our own.
import type { JSX } from 'preact'

const ICONS = {
  check: 'M20 6 9 17l-5-5',
  x: 'M18 6 6 18M6 6l12 12',
  plus: 'M5 12h14M12 5v14',
  left: 'M20 20v-7a4 4 0 0 0-4-4H4M9 14 4 9l5-5',
  right: 'M5 12h14M13 6l6 6-6 6',
  'right-turn': 'M4 20v-7a4 4 0 0 1 4-4h12M15 14l5-5-5-5',
  chev: 'm9 18 6-6-6-6',
  up: 'M12 19V5M6 11l6-6 6 6',
  enter: 'M20 5v6a4 4 0 0 1-4 4H4M8 11l-4 4 4 4',
  phone:
    'M22 16.9v3a2 2 0 0 1-2.2 2A19.8 19.8 0 0 1 2.1 4.2 2 2 0 0 1 4.1 2h3a2 2 0 0 1 2 1.7c.1 1 .4 1.9.7 2.8a2 2 0 0 1-.5 2.1L8.1 9.9a16 16 0 0 0 6 6l1.3-1.3a2 2 0 0 1 2.1-.4c.9.3 1.8.6 2.8.7a2 2 0 0 1 1.7 2z',
  pin: 'M20 10c0 5-8 12-8 12s-8-7-8-12a8 8 0 0 1 16 0zM12 13a3 3 0 1 0 0-6 3 3 0 0 0 0 6z',
  users:
    'M16 21v-2a4 4 0 0 0-4-4H6a4 4 0 0 0-4 4v2M9 11a4 4 0 1 0 0-8 4 4 0 0 0 0 8M22 21v-2a4 4 0 0 0-3-3.9M16 3.1a4 4 0 0 1 0 7.8',
  drop: 'M12 22a7 7 0 0 0 7-7c0-4-4-6.5-7-13-3 6.5-7 9-7 13a7 7 0 0 0 7 7z',
  bolt: 'M13 2 4 14h7l-1 8 9-12h-7z',
  off: 'M2 2l20 20M8.5 16.5a5 5 0 0 1 7 0M5 12.9a10 10 0 0 1 5.2-2.7M19 12.9a10 10 0 0 0-2-1.5M2 8.8a15 15 0 0 1 4.2-2.6M22 8.8a15 15 0 0 0-11.3-3.7M12 20h.01',
  wait: 'M5 22h14M5 2h14M17 22v-4.2a2 2 0 0 0-.6-1.4L12 12l-4.4 4.4a2 2 0 0 0-.6 1.4V22M7 2v4.2a2 2 0 0 0 .6 1.4L12 12l4.4-4.4a2 2 0 0 0 .6-1.4V2',
  warn: 'M12 3 2 20h20zM12 10v4M12 17h.01',
  stop: 'M8 2h8l6 6v8l-6 6H8l-6-6V8zM12 7v6M12 16.5h.01',
  undo: 'M9 14 4 9l5-5M4 9h10a6 6 0 0 1 0 12h-3',
  hand: 'M18 11V6a2 2 0 0 0-4 0M14 10V4a2 2 0 0 0-4 0v2M10 10.5V6a2 2 0 0 0-4 0v8M18 8a2 2 0 1 1 4 0v6a8 8 0 0 1-8 8h-2c-2.8 0-4.5-.9-6-2.3l-3.6-3.6a2 2 0 0 1 2.8-2.8L7 15',
  list: 'M8 6h13M8 12h13M8 18h13M3 6h.01M3 12h.01M3 18h.01',
  swap: 'M8 3 4 7l4 4M4 7h16M16 21l4-4-4-4M20 17H4',
  radio:
    'M4.9 19.1a10 10 0 0 1 0-14.2M7.8 16.2a6 6 0 0 1 0-8.4M16.2 7.8a6 6 0 0 1 0 8.4M19.1 4.9a10 10 0 0 1 0 14.2M12 13a1 1 0 1 0 0-2 1 1 0 0 0 0 2',
  clock: 'M12 22a10 10 0 1 0 0-20 10 10 0 0 0 0 20zM12 6v6l4 2',
  print: 'M6 18H4a2 2 0 0 1-2-2v-5a2 2 0 0 1 2-2h16a2 2 0 0 1 2 2v5a2 2 0 0 1-2 2h-2M6 9V2h12v7M6 14h12v8H6z',
  edit: 'M12 20h9M16.5 3.5a2.1 2.1 0 0 1 3 3L7 19l-4 1 1-4z',
  search: 'M11 19a8 8 0 1 0 0-16 8 8 0 0 0 0 16zM21 21l-4.3-4.3',
  sun: 'M12 16a4 4 0 1 0 0-8 4 4 0 0 0 0 8M12 2v2M12 20v2M2 12h2M20 12h2M4.9 4.9l1.4 1.4M17.7 17.7l1.4 1.4M4.9 19.1l1.4-1.4M17.7 6.3l1.4-1.4',
  flag: 'M5 22V3h13l-3 5 3 5H5',
} as const

export type IconName = keyof typeof ICONS

export function Icon({ name, size }: { name: IconName; size?: 'l' }) {
  return (
    <svg class={size ? `i ${size}` : 'i'} viewBox="0 0 24 24" aria-hidden="true">
      <path d={ICONS[name]} />
    </svg>
  )
}

export type Hue = 'move' | 'scene' | 'watch' | 'plan' | 'danger' | 'off' | ''
export type GlyphName =
  | 'ready'
  | 'sent'
  | 'move'
  | 'scene'
  | 'back'
  | 'out'
  | 'watch'
  | 'danger'
  | 'plan'
  | 'dot'
  | 'none'

const GLYPHS: Readonly<Record<GlyphName, JSX.Element>> = {
  ready: <circle cx="6" cy="6" r="4" fill="none" stroke="currentColor" stroke-width="2" />,
  sent: <path d="M3 1.5 10 6l-7 4.5z" fill="none" stroke="currentColor" stroke-width="1.8" stroke-linejoin="round" />,
  move: <path d="M2 .8 11.2 6 2 11.2z" />,
  scene: <path d="M1 1h10v10H1z" />,
  back: <path d="M10 .8.8 6 10 11.2z" fill="none" stroke="currentColor" stroke-width="1.6" stroke-linejoin="round" />,
  out: <path d="M2 2l8 8M10 2l-8 8" stroke="currentColor" stroke-width="2.2" />,
  watch: <path d="M6 .5 12 11.5H0z" />,
  danger: <path d="M3.5 0h5L12 3.5v5L8.5 12h-5L0 8.5v-5z" />,
  plan: <path d="M6 .6 11.4 6 6 11.4.6 6z" fill="none" stroke="currentColor" stroke-width="1.7" />,
  dot: <circle cx="6" cy="6" r="4" />,
  none: <path d="" />,
}

const HUES: Readonly<Partial<Record<GlyphName, Hue>>> = {
  sent: 'move',
  move: 'move',
  scene: 'scene',
  watch: 'watch',
  danger: 'danger',
  plan: 'plan',
  out: 'off',
}

/** A state by its shape; the hue follows unless told (`plain` takes the colour of the text around it). */
export function Glyph({ name, hue, plain }: { name: GlyphName; hue?: Hue; plain?: boolean }) {
  const s = plain ? undefined : (hue ?? HUES[name] ?? '')
  return (
    <svg class="g" data-s={s} viewBox="0 0 12 12" aria-hidden="true">
      {GLYPHS[name]}
    </svg>
  )
}

export type Kind = 'K' | 'P' | 'B' | 'A'

const SHAPES: Readonly<Record<Kind, JSX.Element>> = {
  K: <rect class="b" x="2.5" y="2.5" width="23" height="23" rx="2" />,
  P: <circle class="b" cx="14" cy="14" r="12.5" />,
  B: <path class="b" d="M14 .8 27.2 14 14 27.2.8 14z" />,
  A: <path class="b" d="M7.5 2.5h13L27 14l-6.5 11.5h-13L1 14z" />,
}

/** An incident by shape and letter: solid open, outlined under control (`held`), dashed exercise (`drill`). */
export function Sym({ kind, look, size }: { kind: Kind; look?: 'held' | 'drill'; size?: 's' | 'xl' }) {
  return (
    <svg class={size ? `sym ${size}` : 'sym'} data-k={look} viewBox="0 0 28 28" aria-hidden="true">
      {SHAPES[kind]}
      <text x="14" y="18.7">
        {kind}
      </text>
    </svg>
  )
}

/** The key of an act, beside its word; screen readers have the word. */
export const Key = ({ children }: { children: string }) => (
  <span class="key" aria-hidden="true">
    <kbd>{children}</kbd>
  </span>
)
