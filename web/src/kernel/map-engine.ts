// The map engine, in a file of its own so that the page is usable before it has come.

import {
  addProtocol,
  Map as Engine,
  type GeoJSONSource,
  type LayerSpecification,
  type MapOptions,
  setWorkerUrl,
} from 'maplibre-gl'
import maplibre from 'maplibre-gl/dist/maplibre-gl.css?url'
import worker from 'maplibre-gl/dist/maplibre-gl-worker.mjs?worker&url'
import { PMTiles, Protocol } from 'pmtiles'
import type { Archive } from './archive'

setWorkerUrl(worker)

const tiles = new Protocol({ metadata: true })
addProtocol('pmtiles', tiles.tile)

/** The address of the tiles of that archive, which come from the device or through it from the node. */
export function groundUrl(ground: Archive, mark: string): string {
  if (!tiles.get(mark))
    tiles.add(
      new PMTiles({
        getKey: () => mark,
        getBytes: async (offset, length) => ({ data: await ground.read(mark, offset, length) }),
      }),
    )
  return `pmtiles://${mark}`
}

/** The engine's own sheet, linked rather than written into the page. */
function sheet() {
  if (document.querySelector(`link[href="${maplibre}"]`)) return
  const link = document.createElement('link')
  link.rel = 'stylesheet'
  link.href = maplibre
  document.head.prepend(link)
}

export type { Engine, GeoJSONSource, LayerSpecification }

export function makeMap(options: MapOptions): Engine {
  sheet()
  return new Engine(options)
}
