// The map frame: loads the engine after the page, keeps its sources and style, and lays marks of the page over it.
import { effect, type ReadonlySignal, useComputed, useSignal } from '@preact/signals'
import type { FeatureCollection } from 'geojson'
import type { ComponentChildren, JSX } from 'preact'
import { useEffect, useRef } from 'preact/hooks'
import { useDevice } from './device'
import type { Flocking } from './flocks'
import { number, t } from './i18n'
import type { Engine, GeoJSONSource, LayerSpecification } from './map-engine'
import { type Box, metresPerPixel, overlap, type Placed, place, roundDistance, settle } from './marks'
import { theme } from './theme'
import { type Stands, useFlocks } from './use-flocks'

export type Sources = Readonly<Record<string, FeatureCollection>>
export type LngLat = readonly [number, number]
export type Bounds = readonly [LngLat, LngLat]

/**
 * A sign sits on its point and is never moved; a tag finds itself a free place beside its point; words of the ground take
 * what room these leave, and none where there is none.
 */
export type Mark = {
  readonly id: string
  readonly at: LngLat
  readonly w: number
  readonly h: number
  readonly sign?: boolean
  /** Words of the ground: they tell of a place, the stronger ones first, and take no hand. */
  readonly words?: boolean
  /** A sign whose words go when a stronger sign lies there; its shape stays. */
  readonly yields?: boolean
  /** Where inside a sign its point lies (px from its left and top); the middle and 14 px unless told. */
  readonly ax?: number
  readonly ay?: number
  readonly hue?: string
  readonly label: string
  readonly body: JSX.Element
  /** Stands as one with others of its kind where they would cover each other. */
  readonly flock?: Flock
  onPick?(): void
}

export type Flock = Pick<Flocking, 'kind' | 'weight' | 'least' | 'reach' | 'alone'> & {
  /** The one mark for all of these, the gravest first. */
  as(marks: readonly Mark[]): Mark
}

/** Colours of the present theme by their token. */
export type Paint = (token: string) => string

export type MapHandle = {
  jump(at: LngLat, zoom?: number): void
  fit(bounds: Bounds): void
  /** True when the point is inside what the map shows. */
  shows(at: LngLat): boolean
  centre(): LngLat
}

type Props = {
  label: string
  sources: ReadonlySignal<Sources>
  /** How everything is drawn; with tiles of the ground (source `ground`) or from the sources alone. */
  layers(paint: Paint, tiled: boolean): LayerSpecification[]
  marks: ReadonlySignal<readonly Mark[]>
  bounds: Bounds
  note: ComponentChildren
  /** Nobody touches it: what stands as one is not opened. */
  still?: boolean
  onPick?(at: LngLat): void
  onReady?(map: MapHandle): void
  children?: ComponentChildren
}

const FONT = 'IBM Plex Sans'
/** The source of the tiles. */
const GROUND = 'ground'

export function MapFrame({ label, sources, layers, marks, bounds, note, still, onPick, onReady, children }: Props) {
  const hold = useRef<HTMLDivElement>(null)
  const engine = useSignal<Engine | undefined>(undefined)
  const broken = useSignal(false)
  const moved = useSignal(0)
  const credit = useSignal('')
  const { ground, feed } = useDevice()
  // Without a single piece and without the node there is nothing to draw from.
  const mark = useComputed(() => {
    const file = ground.held.value
    return file && (file.pieces > 0 || feed.line.value === 'connected') ? file.mark : undefined
  })
  const pick = useRef(onPick)
  pick.current = onPick

  useEffect(() => {
    const node = hold.current
    if (!node) return
    let gone = false
    let end = () => {}
    let url = (_mark: string) => ''
    const style = () => {
      const css = getComputedStyle(document.documentElement)
      const paint: Paint = (token) => css.getPropertyValue(`--${token}`).trim()
      const tiled = mark.peek()
      const drawn = layers(paint, tiled !== undefined)
      const used = new Set(drawn.map((layer) => 'source' in layer && layer.source))
      return {
        version: 8 as const,
        sources: {
          ...Object.fromEntries(
            Object.entries(sources.peek())
              .filter(([name]) => used.has(name))
              .map(([name, data]) => [name, { type: 'geojson' as const, data, generateId: true }]),
          ),
          ...(tiled && { [GROUND]: { type: 'vector' as const, url: url(tiled) } }),
        },
        layers: drawn,
      }
    }
    const start = async () => {
      const { makeMap, groundUrl } = await import('./map-engine')
      url = (of) => groundUrl(ground, of)
      await Promise.all([document.fonts.load(`500 12px "${FONT}"`), document.fonts.load(`600 12px "${FONT}"`)])
      if (gone) return
      const map = makeMap({
        container: node,
        style: style(),
        bounds: bounds as [[number, number], [number, number]],
        fitBoundsOptions: { padding: 24 },
        attributionControl: false,
        dragRotate: false,
        pitchWithRotate: false,
        touchPitch: false,
        fadeDuration: 0,
        locale: { 'Map.Title': t('map.canvas') },
      })
      map.touchZoomRotate.disableRotation()
      map.keyboard.disableRotation()
      const tick = () => {
        moved.value++
      }
      map.on('move', tick)
      // A map made while its page is hidden has no size: its first look is taken when it gets one.
      let sized = node.clientWidth > 0
      map.on('resize', () => {
        if (!sized && node.clientWidth > 0) {
          sized = true
          map.fitBounds(bounds as [[number, number], [number, number]], { padding: 24, duration: 0 })
        }
        tick()
      })
      map.on('click', (event) => pick.current?.([event.lngLat.lng, event.lngLat.lat]))
      let first = true
      const stopTheme = effect(() => {
        void theme.value
        void mark.value
        if (first) first = false
        else map.setStyle(style(), { diff: true })
      })
      // Only what is another one: handing a city's roads over anew takes the worker a second.
      const given = new WeakMap<GeoJSONSource, FeatureCollection>()
      const stopSources = effect(() => {
        for (const [name, data] of Object.entries(sources.value)) {
          const source = map.getSource(name) as GeoJSONSource | undefined
          if (!source || given.get(source) === data) continue
          given.set(source, data)
          source.setData(data)
        }
      })
      map.on('sourcedata', (event) => {
        if (event.sourceId !== GROUND || !event.isSourceLoaded) return
        credit.value = map.getSource(GROUND)?.attribution ?? ''
      })
      engine.value = map
      // For who looks from outside: browser tests count what is drawn.
      node.dispatchEvent(new CustomEvent('siaga-map', { detail: map, bubbles: true }))
      tick()
      onReady?.({
        jump: (at, zoom) => map.jumpTo({ center: [...at], zoom: zoom ?? map.getZoom() }),
        fit: (box) => map.fitBounds(box as [[number, number], [number, number]], { padding: 32, duration: 0 }),
        shows: (at) => map.getBounds().contains([at[0], at[1]]),
        centre: () => [map.getCenter().lng, map.getCenter().lat],
      })
      end = () => {
        stopTheme()
        stopSources()
        map.remove()
      }
    }
    start().catch((reason: unknown) => {
      console.warn('map', reason)
      broken.value = true
    })
    return () => {
      gone = true
      end()
    }
  }, [])

  return (
    <section class="map" aria-label={label}>
      <div class="ground">
        <div ref={hold} />
      </div>
      {broken.value ? <p class="mapless">{t('map.broken')}</p> : null}
      {engine.value ? (
        <Marks map={engine.value} marks={marks} moved={moved} names={sources.value[NAMES]} still={still ?? false} />
      ) : null}
      {children}
      <div class="mark">
        {engine.value ? <Scale map={engine.value} moved={moved} /> : null}
        <span>{note}</span>
        {credit.value ? <span>&nbsp;· {credit.value}</span> : null}
      </div>
    </section>
  )
}

/** Names of the ground under a sign or tag go: the layer that draws them reads the state `under`. */
function useNamesYield(map: Engine, names: FeatureCollection | undefined, boxes: readonly Box[]) {
  const hidden = useRef(new Set<number>())
  useEffect(() => {
    if (!names || !map.getSource(NAMES)) return
    names.features.forEach((feature, id) => {
      if (feature.geometry.type !== 'Point') return
      const [lon = 0, lat = 0] = feature.geometry.coordinates
      const { x, y } = map.project([lon, lat])
      const w = String(feature.properties?.name ?? '').length * 7.6
      const box = { x: x - w / 2, y: y - 8, w, h: 16 }
      const under = boxes.some((one) => overlap(one, box))
      if (under === hidden.current.has(id)) return
      if (under) hidden.current.add(id)
      else hidden.current.delete(id)
      map.setFeatureState({ source: NAMES, id }, { under })
    })
  })
}

/** The source whose names yield to marks. */
const NAMES = 'area-names'

type OnMap = { map: Engine; moved: ReadonlySignal<number> }

function Scale({ map, moved }: OnMap) {
  void moved.value
  const perPixel = metresPerPixel(map.getCenter().lat, map.getZoom())
  const metres = roundDistance(perPixel, 110)
  const text = metres >= 1000 ? `${number(metres / 1000)} km` : `${number(metres)} m`
  return (
    <>
      <span class="scalebar" style={{ width: `${Math.round(metres / perPixel)}px` }} />
      <span>{text} ·&nbsp;</span>
    </>
  )
}

type MarksProps = OnMap & {
  marks: ReadonlySignal<readonly Mark[]>
  names: FeatureCollection | undefined
  still: boolean
}

function Marks({ map, marks, moved, names, still }: MarksProps) {
  void moved.value
  const { clientWidth: width, clientHeight: height } = map.getContainer()
  const { shown, close } = useFlocks(map, marks.value, still)
  const near = shown.flatMap((one) => {
    const { x, y } = map.project([one.mark.at[0], one.mark.at[1]])
    return x > -80 && y > -40 && x < width + 80 && y < height + 40 ? [{ ...one, x, y }] : []
  })
  const aside = asides(near)
  const signs = near.filter((one) => one.mark.sign && !aside.has(one))
  const tags = [...aside, ...near.filter(({ mark }) => !mark.sign && !mark.words)]
  const words = near.filter(({ mark }) => mark.words)
  const whole = signs.map(({ mark, x, y }): Box => ({ ...cornerOf(mark, x, y), w: mark.w, h: mark.h }))
  const strong = whole.filter((_, i) => !signs[i]?.mark.yields)
  const bare = signs.map(({ mark }, i) => {
    const box = whole[i]
    return mark.yields === true && box !== undefined && strong.some((one) => overlap(one, box))
  })
  // Without its words a sign takes little room.
  const boxes = whole.map((box, i): Box => {
    const at = signs[i]
    return bare[i] && at ? { x: at.x - 10, y: at.y - 10, w: 20, h: 20 } : box
  })
  // The corners where switches and scale stand are taken too, and what is laid over the map.
  const corners = [
    { x: width - 190, y: 0, w: 190, h: 60 },
    { x: 0, y: height - 56, w: Math.min(width, 480), h: 56 },
    ...laidOver(map),
  ]
  const view = { x: 4, y: 4, w: width - 8, h: height - 8 }
  const sized = ({ mark, x, y }: (typeof near)[number]) => ({ id: mark.id, x, y, w: mark.w, h: mark.h })
  const placed = place(tags.map(sized), [...boxes, ...corners], view)
  const tagged = placed.map((at, i): Box => ({ x: at.x, y: at.y, w: tags[i]?.mark.w ?? 0, h: tags[i]?.mark.h ?? 0 }))
  const leads = placed.flatMap((at, i): Box[] => leadBoxes(tags[i], at))
  const settled = settle(words.map(sized), [...boxes, ...tagged, ...leads, ...corners], view).flatMap((at) => {
    const word = words.find(({ mark }) => mark.id === at.id)
    return word ? [{ ...at, word }] : []
  })
  const worded = settled.map(({ x, y, word }): Box => ({ x, y, w: word.mark.w, h: word.mark.h }))
  useNamesYield(map, names, [...boxes, ...tagged, ...worded])
  return (
    <div class="marks">
      <svg class="leads" aria-hidden="true">
        {settled.map(({ id, lx, ly, word }) =>
          lx === word.x && ly === word.y ? null : (
            <g key={id}>
              <line x1={word.x} y1={word.y} x2={lx} y2={ly} />
              <circle cx={word.x} cy={word.y} r="2" />
            </g>
          ),
        )}
        {placed.map((at, i) => {
          const tag = tags[i]
          if (!tag) return null
          return (
            <g key={at.id} data-s={tag.mark.hue ?? ''}>
              <line x1={tag.x} y1={tag.y} x2={at.lx} y2={at.ly} />
              <circle cx={tag.x} cy={tag.y} r="2.5" />
            </g>
          )
        })}
      </svg>
      {settled.map(({ id, x, y, word: { mark } }) => (
        <span
          key={id}
          class="words"
          aria-hidden="true"
          data-mark={id}
          style={{
            transform: `translate(${Math.round(x)}px, ${Math.round(y)}px)`,
            width: `${mark.w}px`,
            height: `${mark.h}px`,
          }}
        >
          {mark.body}
        </span>
      ))}
      {placed.map((at, i) => {
        const tag = tags[i]
        return tag ? <Put key={at.id} of={tag} x={at.x} y={at.y} onClose={close} /> : null
      })}
      {signs.map((one, i) => (
        <Put key={one.mark.id} of={one} bare={bare[i]} onClose={close} {...cornerOf(one.mark, one.x, one.y)} />
      ))}
    </div>
  )
}

/** What a screen lays over its map says so by `data-over`: nothing is put where it would not be seen. */
function laidOver(map: Engine): Box[] {
  const frame = map.getContainer().closest('.map')
  return [...(frame?.querySelectorAll<HTMLElement>('[data-over]') ?? [])].map((one) => ({
    x: one.offsetLeft,
    y: one.offsetTop,
    w: one.offsetWidth,
    h: one.offsetHeight,
  }))
}

/** The point a leader comes from and its middle: enough that no words lie on it. */
function leadBoxes(from: { readonly x: number; readonly y: number } | undefined, at: Placed): Box[] {
  if (!from) return []
  const around = (x: number, y: number) => ({ x: x - 5, y: y - 5, w: 10, h: 10 })
  return [around(from.x, from.y), around((from.x + at.lx) / 2, (from.y + at.ly) / 2)]
}

const cornerOf = (mark: Mark, x: number, y: number) => ({ x: x - (mark.ax ?? mark.w / 2), y: y - (mark.ay ?? 14) })

/** Signs that one which must be seen would cover: they stand beside it, with a line to their point. */
function asides<At extends Stands & { readonly x: number; readonly y: number }>(near: readonly At[]): ReadonlySet<At> {
  const boxOf = ({ mark, x, y }: At): Box => ({ ...cornerOf(mark, x, y), w: mark.w, h: mark.h })
  const flocking = near.filter(({ mark, flock }) => mark.sign && (flock || mark.flock))
  const boxes: Box[] = []
  const covered = (one: At) => boxes.some((box) => overlap(box, boxOf(one)))
  // The last lies on top: it keeps its place, those before it step aside.
  const strong = flocking.filter((one) => one.strong).reverse()
  const aside = strong.filter((one) => {
    if (covered(one)) return true
    boxes.push(boxOf(one))
    return false
  })
  return new Set([...aside, ...flocking.filter((one) => !one.strong && covered(one))])
}

type PutProps = { of: Stands; x: number; y: number; bare?: boolean | undefined; onClose(): void }

/** The lists carry the same things for keyboard and screen reader; only what stands as one and is opened here takes it. */
function Put({ of: { mark, flock, open }, x, y, bare, onClose }: PutProps) {
  const style = { transform: `translate(${Math.round(x)}px, ${Math.round(y)}px)`, width: `${mark.w}px` }
  return (
    <button
      type="button"
      tabIndex={(flock && mark.onPick) || open ? 0 : -1}
      class={`${mark.sign ? (bare ? 'sign bare' : 'sign') : 'tag'}${flock ? ' flock' : ''}`}
      data-mark={mark.id}
      data-s={mark.hue ?? ''}
      style={style}
      title={mark.label}
      onClick={() => mark.onPick?.()}
      onKeyDown={(event) => {
        if (!open || event.key !== 'Escape') return
        event.stopPropagation()
        onClose()
      }}
    >
      {mark.body}
    </button>
  )
}
