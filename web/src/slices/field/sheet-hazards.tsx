// Dangers and no-go areas: drawn on the map with undo, or set by the list; and where the wind comes from.
import { useSignal } from '@preact/signals'
import { useRef } from 'preact/hooks'
import { shortTime } from '../../kernel/clock'
import { number, t } from '../../kernel/i18n'
import { newId } from '../../kernel/ids'
import { useKeys } from '../../kernel/keys'
import type { MapHandle } from '../../kernel/map'
import { Glyph, Icon } from '../../look/symbols'
import { complete, type Drawn, drawnOf, metres, middle, type Shape, withCorner, withoutLast } from './draw'
import type { Hazard } from './rows'
import { useScene } from './scene'
import { COMPASS, compass, SceneMap, Wind } from './scene-map'
import { Big, Sheet } from './sheet'
import type { HazardKind } from './standards'

type Work = Drawn & { readonly hazard: string; readonly kind: string }
const RADII = [5, 10, 20, 50, 100, 300] as const

export function HazardSheet() {
  const { row, std, ask, acts, close } = useScene()
  const work = useSignal<Work | undefined>(undefined)
  const map = useRef<MapHandle | undefined>(undefined)
  const note = useRef<HTMLInputElement>(null)
  const undo = () => {
    if (work.value) work.value = { ...work.value, ...withoutLast(work.value) }
  }
  // Inside the note Ctrl+Z takes back what was typed.
  const undoDrawn = ({ target }: KeyboardEvent) => (target === note.current ? false : undo())
  useKeys({ 'Ctrl+z': undoDrawn, Backspace: undo }, work.value !== undefined)

  const begin = (kind: HazardKind) => {
    work.value = {
      hazard: newId(),
      kind: kind.id,
      shape: 'point',
      corners: [],
      radius: kind.radius_m,
      noGo: kind.no_go,
    }
  }
  const again = (hazard: Hazard) => {
    work.value = { hazard: hazard.hazard, kind: hazard.kind, ...drawnOf(hazard) }
    map.current?.jump(middle(drawnOf(hazard).corners))
  }
  const keep = () => {
    const drawn = work.value
    if (!drawn || !complete(drawn)) return
    const text = note.current?.value.trim()
    void ask(
      'field.mark-hazard',
      {
        hazard: drawn.hazard,
        as: drawn.kind,
        shape: drawn.shape,
        points: drawn.corners.map(([lon, lat]) => ({ lon, lat })),
        ...(drawn.shape === 'point' && { radius_m: drawn.radius }),
        no_go: drawn.noGo,
        ...(text && { note: text }),
      },
      t('field.said-hazard', { what: std.hazardName(drawn.kind) }),
    )
    work.value = undefined
  }

  return (
    <Sheet
      title={t('field.hazards')}
      onClose={close}
      foot={
        work.value ? (
          <>
            <button type="button" class="btn touch main" disabled={!complete(work.value)} onClick={keep}>
              {t('field.hazard-keep', { what: std.hazardName(work.value.kind) })}
            </button>
            <button type="button" class="btn touch" disabled={!work.value.corners.length} onClick={undo}>
              <Icon name="undo" size="l" /> {t('field.undo')}
            </button>
            <button type="button" class="btn touch" onClick={() => (work.value = undefined)}>
              {t('do.back')}
            </button>
          </>
        ) : undefined
      }
    >
      <div class="scene-map">
        <SceneMap
          drawing={work.value}
          onCorner={(at) => {
            if (work.value) work.value = { ...work.value, ...withCorner(work.value, at) }
          }}
          onHazard={again}
          onReady={(handle) => (map.current = handle)}
        />
      </div>
      {work.value ? (
        <Drawing
          work={work.value}
          onWork={(to) => (work.value = to)}
          onMiddle={() => {
            const at = map.current?.centre() ?? [row.lon, row.lat]
            if (work.value) work.value = { ...work.value, ...withCorner(work.value, at) }
          }}
          note={note}
        />
      ) : (
        <>
          <Known onAgain={again} />
          {acts ? <Kinds onBegin={begin} /> : null}
          <WindPick />
        </>
      )}
    </Sheet>
  )
}

function Kinds({ onBegin }: { onBegin(kind: HazardKind): void }) {
  const { std } = useScene()
  const first = std.hazards
  return (
    <Big
      label={t('field.hazard-new')}
      value={undefined}
      of={first.map((kind) => [kind.id, std.hazardName(kind.id), kind.letter])}
      onPick={(id) => {
        const kind = first.find((one) => one.id === id)
        if (kind) onBegin(kind)
      }}
    />
  )
}

type DrawingProps = {
  work: Work
  onWork(to: Work): void
  onMiddle(): void
  note: { current: HTMLInputElement | null }
}

function Drawing({ work, onWork, onMiddle, note }: DrawingProps) {
  return (
    <>
      <p role="status">
        {t(work.shape === 'point' ? 'field.draw-point' : 'field.draw-corners', { n: work.corners.length })}
      </p>
      <button type="button" class="btn" onClick={onMiddle}>
        <Icon name="plus" /> {t('field.draw-middle')}
      </button>
      <Big
        label={t('field.shape')}
        value={work.shape}
        of={[
          ['point', t('field.shape-point')],
          ['line', t('field.shape-line')],
          ['area', t('field.shape-area')],
        ]}
        onPick={(to) =>
          onWork({ ...work, shape: to as Shape, corners: work.corners.slice(0, to === 'point' ? 1 : 99) })
        }
      />
      {work.shape === 'point' ? (
        <Big
          label={t('field.radius')}
          value={String(work.radius)}
          of={[...new Set([...RADII, work.radius])].sort((a, b) => a - b).map((m) => [String(m), `${number(m)} m`])}
          onPick={(m) => onWork({ ...work, radius: Number(m) })}
        />
      ) : null}
      <Big
        label={t('field.may-go')}
        value={work.noGo ? 'no' : 'yes'}
        of={[
          ['no', t('field.no-go')],
          ['yes', t('field.careful')],
        ]}
        onPick={(to) => onWork({ ...work, noGo: to === 'no' })}
      />
      <label class="field">
        <span>{t('field.note-optional')}</span>
        <input class="input l" ref={note} maxLength={200} autocomplete="off" />
      </label>
    </>
  )
}

/** The same as a list: for the keyboard, for a reading aid, and for who would rather read. */
function Known({ onAgain }: { onAgain(hazard: Hazard): void }) {
  const { row, std, ask, acts, pending } = useScene()
  return (
    <section>
      <h3>{t('field.hazards-known')}</h3>
      <ul class="lines">
        {row.hazards.map((hazard) => (
          <li key={hazard.hazard} class={pending(hazard.hazard) ? 'pending' : ''}>
            <b>
              <Glyph name={hazard.no_go ? 'danger' : 'watch'} /> {std.hazardName(hazard.kind)}
            </b>
            <span>
              {[
                t(hazard.no_go ? 'field.no-go' : 'field.careful'),
                hazard.radius_m ? `${number(hazard.radius_m)} m` : '',
                t('field.from-incident', {
                  m: number(Math.round(metres([row.lon, row.lat], middle(drawnOf(hazard).corners)) / 10) * 10),
                }),
                shortTime(hazard.at),
                hazard.note ?? '',
              ]
                .filter(Boolean)
                .join(' · ')}
            </span>
            {acts ? (
              <span class="keys-of">
                <button type="button" class="btn" onClick={() => onAgain(hazard)}>
                  {t('field.change')}
                </button>
                <button
                  type="button"
                  class="btn"
                  onClick={() =>
                    void ask(
                      'field.clear-hazard',
                      { hazard: hazard.hazard },
                      t('field.said-hazard-gone', { what: std.hazardName(hazard.kind) }),
                    )
                  }
                >
                  {t('field.hazard-gone')}
                </button>
              </span>
            ) : null}
          </li>
        ))}
        {row.hazards.length ? null : <li class="none">{t('field.no-hazards')}</li>}
      </ul>
    </section>
  )
}

const SPEEDS = [0, 2, 5, 8, 12] as const

function WindPick() {
  const { row, ask, acts } = useScene()
  const speed = useSignal<number | undefined>(row.wind?.speed_mps ?? undefined)
  const report = (deg: number) =>
    ask(
      'field.report-wind',
      { from_deg: deg, ...(speed.value !== undefined && { speed_mps: speed.value }) },
      t('field.said-wind', { from: compass(deg) }),
    )
  return (
    <section>
      <h3>{t('field.wind')}</h3>
      {row.wind ? (
        <p>
          <Wind from={row.wind.from_deg} speed={row.wind.speed_mps} />{' '}
          {t('field.since', { at: shortTime(row.wind.at) })}
        </p>
      ) : null}
      {acts ? (
        <>
          <Big
            label={t('field.wind-speed')}
            value={speed.value === undefined ? undefined : String(speed.value)}
            of={SPEEDS.map((n) => [String(n), `${n} m/s`])}
            onPick={(n) => (speed.value = speed.value === Number(n) ? undefined : Number(n))}
          />
          <Big
            label={t('field.wind-where')}
            value={row.wind ? String(row.wind.from_deg) : undefined}
            of={COMPASS.map(([key, deg]) => [String(deg), t(key)])}
            onPick={(deg) => void report(Number(deg))}
          />
        </>
      ) : null}
    </section>
  )
}
