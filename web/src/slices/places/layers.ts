// How the base map is drawn, from the node's own vectors: quiet land, two road widths, sparse names.

import type { Paint } from '../../kernel/map'
import type { LayerSpecification } from '../../kernel/map-engine'

const FONT = ['IBM Plex Sans']
const MAIN = ['in', ['get', 'class'], ['literal', ['motorway', 'trunk', 'primary', 'secondary']]]
const MINOR = ['!', MAIN]

const size = (from: number, to: number) => ['interpolate', ['linear'], ['zoom'], 11, from, 16, to]

function text(paint: Paint, more: object): object {
  return { 'text-color': paint('map-text'), 'text-halo-color': paint('map-halo'), 'text-halo-width': 1.5, ...more }
}

export function layers(paint: Paint): LayerSpecification[] {
  const light = paint('road-main') === '#ffffff'
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
    {
      id: 'areas',
      type: 'line',
      source: 'areas',
      paint: {
        'line-color': paint('map-text'),
        'line-opacity': 0.45,
        'line-width': 1,
        'line-dasharray': [6, 3, 1, 3],
      },
    },
    {
      id: 'roads-minor',
      type: 'line',
      source: 'roads',
      filter: MINOR,
      layout: { 'line-cap': 'round' },
      paint: { 'line-color': light ? '#d3d9dc' : paint('road'), 'line-width': size(0.6, 4) },
    },
    {
      id: 'roads-case',
      type: 'line',
      source: 'roads',
      filter: MAIN,
      layout: { 'line-cap': 'round', 'line-join': 'round' },
      paint: { 'line-color': '#b9c2c8', 'line-width': size(3.5, 11), 'line-opacity': light ? 1 : 0 },
    },
    {
      id: 'roads-main',
      type: 'line',
      source: 'roads',
      filter: MAIN,
      layout: { 'line-cap': 'round', 'line-join': 'round' },
      paint: { 'line-color': paint('road-main'), 'line-width': light ? size(2, 9) : size(1.6, 8) },
    },
    {
      id: 'road-names',
      type: 'symbol',
      source: 'roads',
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
