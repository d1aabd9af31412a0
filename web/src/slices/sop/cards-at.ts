// The cards at one incident as a screen follows them: the node's rows, the cards this device keeps, and its own words.
import { type Signal, useSignal } from '@preact/signals'
import { useEffect } from 'preact/hooks'
import type { Row, ViewName } from '../../kernel/contract'
import { type Device, useDevice, useView } from '../../kernel/device'
import { t } from '../../kernel/i18n'
import { newId } from '../../kernel/ids'
import type { Outcome } from '../../kernel/words'
import type { Small } from '../field/media'
import { useStandards } from '../intake/standards'
import { applies, type Held } from './applies'
import { type CardRow, type OpenCard, openCards, situationOf } from './at-incident'
import { useHeld } from './held'

/** The incident as the screen around the cards knows it; where it does not know the area, the list of incidents does. */
export type About = {
  readonly incident: string
  readonly type: string | null
  readonly level: number
  readonly life_risk: boolean
  readonly area?: string | null
  readonly place_id?: string | null
  readonly handover: boolean
}

/** What was done of a step, as one touch says it. */
export type Told = {
  readonly result: 'done' | 'skipped'
  readonly answer?: string
  readonly skipped?: Skip
  readonly value?: number
  readonly media?: string
  readonly note?: string
}

export const SKIPS = ['not-needed', 'not-possible', 'no-time', 'done-otherwise', 'card-wrong'] as const
export type Skip = (typeof SKIPS)[number]

const NONE: readonly never[] = []

/** The stored picture of a view that is needed only while no node answers: with the line, the node itself knows better. */
function useWhen<Name extends ViewName>(wanted: boolean, name: Name): Signal<readonly Row<Name>[]> {
  const { views } = useDevice()
  const rows = useSignal<readonly Row<Name>[]>(NONE)
  useEffect(() => {
    if (!wanted) return
    const view = views.view<Row<Name>>(name, {}, { keep: true })
    const stop = view.rows.subscribe((found) => {
      rows.value = found
    })
    return () => {
      stop()
      view.close()
    }
  }, [views, wanted, name])
  return rows
}

const asksFor = (held: readonly Held[], what: 'areas' | 'objects') =>
  held.some(({ front }) => front.triggers?.some((trigger) => trigger[what]?.length))

export function useCardsAt(about: About) {
  const device = useDevice()
  const { typeOf } = useStandards()
  const { incident, type, level, life_risk } = about
  const held = useHeld().rows.value
  const view = useView<'sop.at-incident', CardRow>('sop.at-incident', { incident }, { keep: true })
  const away = device.feed.line.value !== 'connected'
  const needsPlace = away && (asksFor(held, 'areas') || asksFor(held, 'objects'))
  const listed = useWhen(needsPlace && about.area === undefined, 'dispatch.incidents').value
  const row = listed.find((one) => one.incident === incident)
  const place = about.place_id ?? row?.place_id
  const objects = useWhen(needsPlace && Boolean(place) && asksFor(held, 'objects'), 'places.objects').value
  const asks = device.outbox.waiting.value.filter(
    (asked) =>
      asked.command.incident === incident && (asked.acceptedAt === undefined || asked.acceptedAt > view.position.value),
  )
  const before = { type, level, life_risk, area: about.area ?? row?.area ?? null }
  const object_kind = objects.find((one) => one.object === place)?.kind ?? null
  const rows = view.rows.value
  const now = situationOf(before, asks, { object_kind, handover: about.handover, typeOf })
  const cards = openCards({
    held,
    rows,
    asks,
    now: { ...now, handover: now.handover || latched(held, rows, now) },
    live: view.state.value === 'live',
  })
  return { cards, held, known: view.state.value !== 'failed' || held.length > 0 }
}

/** A card that only a hand-over opens was open already: there was one. */
const latched = (held: readonly Held[], rows: readonly CardRow[], now: Parameters<typeof applies>[1]) =>
  rows.some((row) => {
    const front = !row.by_hand && held.find((one) => one.card === row.card)?.front
    return front && !applies(front.triggers, now) && applies(front.triggers, { ...now, handover: true })
  })

/** How a screen says what was done. */
export type Tell = {
  step(card: OpenCard, step: string, told: Told): Promise<Outcome>
  open(card: Pick<Held, 'card' | 'version'>): Promise<Outcome>
  /** Keeps a photo with the incident; its name goes with the step. */
  photo(small: Small): string
}

export function tellOf(
  device: Device,
  incident: string,
  after: (done: Promise<Outcome>, words: string) => Promise<Outcome>,
): Tell {
  return {
    step: ({ card, version }, step, told) =>
      after(
        device.ask({ kind: 'sop.report-step', incident, card, version, step, ...told }),
        t(told.result === 'done' ? 'sop.said-done' : 'sop.said-skipped'),
      ),
    open: ({ card, version }) =>
      after(device.ask({ kind: 'sop.open-card', incident, card, version }), t('sop.said-opened')),
    photo({ mime, content }) {
      const media = newId()
      void device.ask({ kind: 'field.attach-media', incident, media, as: 'photo', mime: mime as 'image/webp', content })
      return media
    },
  }
}
