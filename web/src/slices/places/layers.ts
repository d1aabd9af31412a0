// How the base map is drawn, from tiles or from the node's own vectors: quiet land, two road widths, sparse names.

import type { Paint } from '../../kernel/map'
import type { LayerSpecification } from '../../kernel/map-engine'

const FONT = ['IBM Plex Sans']
const MAIN = ['in', ['get', 'class'], ['literal', ['motorway', 'trunk', 'primary', 'secondary']]]
/** Where no vehicle goes: drawn only near, and thin. */
const PATHS = ['in', ['get', 'class'], ['literal', ['path', 'footway', 'track', 'steps', 'cycleway']]]
const MINOR = ['!', ['any', MAIN, PATHS]]

/** Whether a colour is white: the build writes it short. */
const white = (colour: string) => /^#f{3}(f{3})?$/i.test(colour)

const size = (from: number, to: number) => ['interpolate', ['linear'], ['zoom'], 11, from, 16, to]

function text(paint: Paint, more: object): object {
  return { 'text-color': paint('map-text'), 'text-halo-color': paint('map-halo'), 'text-halo-width': 1.5, ...more }
}

/** Land, water and roads as the node's vectors have them: what there is of a region without a map of its own. */
function schematic(paint: Paint): object[] {
  const parts: object[] = [
    { id: 'water', type: 'background', paint: { 'background-color': paint('water') } },
    {
      id: 'land',
      type: 'fill',
      source: 'land',
      paint: { 'fill-color': paint('land'), 'fill-antialias': true },
    },
    { id: 'coast', type: 'line', source: 'land', paint: { 'line-color': paint('land-line'), 'line-width': 1 } },
    {
      id: 'inland-water',
      type: 'fill',
      source: 'waters',
      filter: ['==', ['geometry-type'], 'Polygon'],
      paint: { 'fill-color': paint('water') },
    },
  ]
  return [...parts, borders(paint), ...roads(paint, { source: 'roads' })]
}

/** The same from tiles, and what only they hold: green, streams, houses, villages. */
function tiled(paint: Paint): object[] {
  const from = (layer: string) => ({ source: 'ground', 'source-layer': layer })
  // In daylight lines are dark: what only fills stays light, so that the marks are the darkest thing.
  const sun = white(paint('land'))
  return [
    { id: 'water', type: 'background', paint: { 'background-color': paint('water') } },
    { id: 'land', type: 'fill', ...from('land'), paint: { 'fill-color': paint('land'), 'fill-antialias': false } },
    {
      id: 'green',
      type: 'fill',
      ...from('green'),
      paint: { 'fill-color': paint('land-line'), 'fill-opacity': sun ? 0.12 : 0.35, 'fill-antialias': false },
    },
    { id: 'inland-water', type: 'fill', ...from('water'), paint: { 'fill-color': paint('water') } },
    {
      id: 'waterways',
      type: 'line',
      ...from('waterways'),
      layout: { 'line-cap': 'round' },
      paint: { 'line-color': paint('water'), 'line-width': ['match', ['get', 'class'], ['river', 'canal'], 3, 1.5] },
    },
    {
      id: 'buildings',
      type: 'fill',
      ...from('buildings'),
      minzoom: 14,
      paint: { 'fill-color': paint('land-line'), 'fill-opacity': sun ? 0.4 : 0.8 },
    },
    borders(paint),
    ...roads(paint, from('roads')),
    {
      id: 'places',
      type: 'symbol',
      ...from('places'),
      layout: {
        'text-field': ['get', 'name'],
        'text-font': FONT,
        'text-size': ['match', ['get', 'class'], ['city', 'town'], 14, 12],
        'text-padding': 12,
      },
      paint: text(paint, {}),
    },
  ]
}

const borders = (paint: Paint): object => ({
  id: 'areas',
  type: 'line',
  source: 'areas',
  paint: {
    'line-color': paint('map-text'),
    'line-opacity': 0.45,
    'line-width': 1,
    'line-dasharray': [6, 3, 1, 3],
  },
})

function roads(paint: Paint, from: object): object[] {
  const light = white(paint('road-main'))
  const minor = light ? '#d3d9dc' : paint('road')
  return [
    {
      id: 'roads-paths',
      type: 'line',
      ...from,
      minzoom: 14,
      filter: PATHS,
      paint: { 'line-color': minor, 'line-width': 1, 'line-dasharray': [3, 2] },
    },
    {
      id: 'roads-minor',
      type: 'line',
      ...from,
      filter: MINOR,
      layout: { 'line-cap': 'round' },
      paint: { 'line-color': minor, 'line-width': size(0.6, 4) },
    },
    {
      id: 'roads-case',
      type: 'line',
      ...from,
      filter: MAIN,
      layout: { 'line-cap': 'round', 'line-join': 'round' },
      paint: { 'line-color': '#b9c2c8', 'line-width': size(3.5, 11), 'line-opacity': light ? 1 : 0 },
    },
    {
      id: 'roads-main',
      type: 'line',
      ...from,
      filter: MAIN,
      layout: { 'line-cap': 'round', 'line-join': 'round' },
      paint: { 'line-color': paint('road-main'), 'line-width': light ? size(2, 9) : size(1.6, 8) },
    },
    {
      id: 'road-names',
      type: 'symbol',
      ...from,
      filter: ['all', ['has', 'name'], ['any', MAIN, ['>=', ['zoom'], 14]]],
      minzoom: 12.5,
      layout: {
        'symbol-placement': 'line',
        'symbol-spacing': 420,
        'text-field': ['get', 'name'],
        'text-font': FONT,
        'text-size': 11,
      },
      paint: text(paint, {}),
    },
  ]
}

/** How soon help would be there: a lighter tint where it is in time, a hatch where it is late. */
const cover = (paint: Paint): object[] => [
  {
    id: 'cover',
    type: 'fill',
    source: 'cover',
    filter: ['all', ['==', ['geometry-type'], 'Polygon'], ['!=', ['get', 'band'], 'late']],
    paint: {
      'fill-color': '#ffffff',
      'fill-opacity': white(paint('road-main'))
        ? ['match', ['get', 'band'], 'soon', 0.7, 0.35]
        : ['match', ['get', 'band'], 'soon', 0.12, 0.05],
      'fill-antialias': false,
    },
  },
  {
    id: 'cover-late',
    type: 'line',
    source: 'cover',
    filter: ['all', ['==', ['geometry-type'], 'LineString'], ['==', ['get', 'band'], 'late']],
    paint: { 'line-color': paint('gap-hatch'), 'line-width': 1.25 },
  },
]

/** Where vehicles came from as a row of dots. */
const trailMarks = (paint: Paint): object[] => [
  {
    id: 'trails',
    type: 'line',
    source: 'trails',
    layout: { 'line-cap': 'round', 'line-join': 'round' },
    paint: { 'line-color': paint('text'), 'line-width': 4, 'line-dasharray': [0.1, 2] },
  },
]

/** The ground with the cover laid on its land, beneath coast, borders and roads. */
function covered(paint: Paint, ground: readonly object[]): object[] {
  const at = ground.findIndex((layer) => 'id' in layer && layer.id === 'land') + 1
  return [...ground.slice(0, at), ...cover(paint), ...ground.slice(at)]
}

export function layers(paint: Paint, ground: boolean): LayerSpecification[] {
  const parts: object[] = [
    ...covered(paint, ground ? tiled(paint) : schematic(paint)),
    {
      id: 'hydrants',
      type: 'circle',
      source: 'hydrants',
      minzoom: 13.2,
      paint: {
        'circle-radius': size(2.5, 7),
        'circle-color': paint('panel'),
        'circle-stroke-color': paint('text-2'),
        'circle-stroke-width': 1.5,
      },
    },
    {
      id: 'hydrant-letters',
      type: 'symbol',
      source: 'hydrants',
      minzoom: 14.5,
      layout: { 'text-field': 'H', 'text-font': FONT, 'text-size': 9, 'text-allow-overlap': true },
      paint: { 'text-color': paint('text-2') },
    },
    {
      id: 'area-names',
      type: 'symbol',
      source: 'area-names',
      layout: {
        'text-field': ['get', 'name'],
        'text-font': FONT,
        'text-size': 13,
        'text-letter-spacing': 0.04,
        'text-padding': 12,
      },
      paint: text(paint, { 'text-opacity': ['case', ['boolean', ['feature-state', 'under'], false], 0, 1] }),
    },
    ...trailMarks(paint),
    {
      id: 'closures',
      type: 'line',
      source: 'closures',
      paint: {
        'line-color': paint('watch'),
        'line-width': ['case', ['==', ['get', 'part'], 'edge'], 2, 1.25],
      },
    },
    {
      id: 'routes-case',
      type: 'line',
      source: 'routes',
      layout: { 'line-cap': 'round', 'line-join': 'round' },
      paint: { 'line-color': paint('map-halo'), 'line-width': 7 },
    },
    {
      id: 'routes',
      type: 'line',
      source: 'routes',
      layout: { 'line-cap': 'round', 'line-join': 'round' },
      paint: { 'line-color': paint('move'), 'line-width': 4 },
    },
  ]
  return parts as LayerSpecification[]
}
