// Writing a warning: it begins from the node's draft (or from the message it replaces), and a person answers for it.
import { useSignal } from '@preact/signals'
import { useEffect, useRef } from 'preact/hooks'
import { ms, now, shortTime } from '../../kernel/clock'
import { useView } from '../../kernel/device'
import { number, t, word } from '../../kernel/i18n'
import { newId } from '../../kernel/ids'
import type { LngLat, MapHandle } from '../../kernel/map'
import type { IncidentRow } from '../dispatch/views'
import { drawnOf } from '../field/draw'
import { useStandards } from '../intake/standards'
import { Form, Select, TextField } from '../review/forms'
import type { Sender } from '../sop/send'
import { areasOf, around, isWhole, wantedOf, wordsOf } from './area'
import { AreaMap } from './area-map'
import { ACTIONS, type Action, type Area, type Draft, fetchDraft, type Words } from './draft'
import type { Message } from './rows'

const RADII = [100, 200, 300, 500, 800, 1000, 2000, 5000] as const
const HOURS = [1, 2, 3, 6, 12, 24, 48] as const
const RESPONSES = ['evacuate', 'shelter', 'avoid', 'prepare', 'monitor', 'execute', 'all-clear', 'none']
const URGENCIES = ['immediate', 'expected', 'future', 'past', 'unknown']
const SEVERITIES = ['extreme', 'severe', 'moderate', 'minor', 'unknown']
const CERTAINTIES = ['observed', 'likely', 'possible', 'unlikely', 'unknown']
const NOTHING: Words = { headline: '', description: '', instruction: '' }

const named = (group: string, of: readonly string[]) => of.map((one) => [one, word(group, one)] as const)

type Props = { row: IncidentRow; former?: Message; sender: Sender; onDone(): void }

/** What is being written; areas beside the circle can be ticked off again. */
type Work = Omit<Draft, 'areas'> & { readonly type: string }

const BLANK: Work = {
  type: '',
  response: 'avoid',
  urgency: 'immediate',
  severity: 'moderate',
  certainty: 'observed',
  area: '',
  id: NOTHING,
  en: NOTHING,
}

const workOf = (row: IncidentRow, former: Message | undefined): Work =>
  former
    ? {
        type: former.type,
        response: former.response,
        urgency: former.urgency,
        severity: former.severity,
        certainty: former.certainty,
        area: former.area ?? '',
        id: {
          headline: former.headline ?? '',
          description: former.description ?? '',
          instruction: former.instruction ?? '',
        },
        en: {
          headline: former.headline_en ?? '',
          description: former.description_en ?? '',
          instruction: former.instruction_en ?? '',
        },
      }
    : { ...BLANK, type: row.type ?? '' }

const isHere = (area: Area, [lon, lat]: LngLat) => {
  const [first] = area.corners
  return area.radius !== undefined && !!first && Math.hypot(first[0] - lon, first[1] - lat) < 1e-5
}

export function WarningForm({ row, former, sender, onDone }: Props) {
  const here: LngLat = [row.lon, row.lat]
  const standards = useStandards()
  const board = useView('field.board', { incident: row.incident }, { keep: true }).rows.value[0]
  const work = useSignal<Work>(workOf(row, former))
  const action = useSignal<Action | ''>('')
  const missing = useSignal(false)
  const was = former ? areasOf(former) : []
  const radius = useSignal(was.find((one) => isHere(one, here))?.radius ?? (former ? 0 : 300))
  const kept = useSignal<readonly Area[]>(was.filter((one) => !isHere(one, here)))
  const off = useSignal<ReadonlySet<string>>(new Set())
  const drawn = useSignal<readonly LngLat[]>([])
  const hours = useSignal(3)
  const english = useSignal(Boolean(former?.headline_en) || !former)
  const sure = useSignal(false)
  const why = useSignal('')
  const id = useSignal(newId()).value
  const map = useRef<MapHandle | undefined>(undefined)

  const set = (change: Partial<Work>) => (work.value = { ...work.value, ...change })
  const begin = async (wanted: Action) => {
    action.value = wanted
    const draft = await fetchDraft(row.incident, wanted)
    missing.value = !draft
    if (!draft || action.value !== wanted) return
    set({ ...draft, type: work.value.type })
    if (former) return
    radius.value = draft.areas.find((one) => isHere(one, here))?.radius ?? 0
    kept.value = draft.areas.filter((one) => !isHere(one, here))
  }
  useEffect(() => {
    if (!former) void begin('avoid')
  }, [])

  // What the commander marked as forbidden since is offered; what was chosen already stands there once.
  const marked = (board?.hazards ?? [])
    .filter((one) => one.no_go)
    .map(drawnOf)
    .flatMap(({ shape, corners, radius: metres }): Area[] =>
      shape === 'area' ? [{ corners }] : shape === 'point' ? [{ corners, radius: metres }] : [],
    )
  const offered = [...kept.value, ...marked].filter(
    (area, i, all) => all.findIndex((one) => keyOf(one) === keyOf(area)) === i,
  )
  const areas: readonly Area[] = [
    ...(radius.value ? [{ corners: [here], radius: radius.value }] : []),
    ...offered.filter((area) => !off.value.has(keyOf(area))),
  ]
  const seen = areas.map(keyOf).join()
  useEffect(() => map.current?.fit(around(here, areas)), [seen])
  const own: Area = { corners: drawn.value }
  const all = isWhole(own) ? [...areas, own] : areas
  const until = () => new Date(Math.floor(now.peek() / 60_000) * 60_000 + hours.value * 3_600_000)
  const over = row.state !== 'open' && !former

  async function send() {
    const { type, response, urgency, severity, certainty, area, id: said, en } = work.value
    const words = (text: string) => text.trim()
    const told = {
      incident: row.incident,
      warning: id,
      type,
      response: response as 'avoid',
      urgency: urgency as 'immediate',
      severity: severity as 'moderate',
      certainty: certainty as 'observed',
      until: until().toISOString().replace('Z', '+00:00'),
      shapes: wantedOf(all),
      area: words(area),
      headline: words(said.headline),
      description: words(said.description),
      ...(words(said.instruction) && { instruction: words(said.instruction) }),
      ...(english.value && {
        headline_en: words(en.headline),
        description_en: words(en.description),
        ...(words(en.instruction) && { instruction_en: words(en.instruction) }),
      }),
    }
    const done = former
      ? await sender.ask({ kind: 'warning.update-warning', ...told, former: former.warning }, t('warning.said-updated'))
      : await sender.ask(
          { kind: 'warning.issue-warning', ...told },
          t('warning.said-issued'),
          over ? words(why.value) : undefined,
        )
    if (done) onDone()
  }

  const { value: now_ } = work
  return (
    <Form
      act={t(former ? 'warning.update-until' : 'warning.issue-until', { at: shortTime(ms(until().toISOString())) })}
      busy={sender.busy.value || !sure.value || !all.length}
      onBack={onDone}
      onSend={() => void send()}
    >
      <Select
        label={t('warning.begin-from')}
        value={action.value}
        of={[...(action.value ? [] : [['', t('warning.former-words')] as const]), ...named('warning-action', ACTIONS)]}
        onPick={(wanted) => void begin(wanted as Action)}
      />
      {missing.value ? <p class="hint">{t('warning.no-draft')}</p> : null}
      <fieldset>
        <legend>{t('warning.where')}</legend>
        <div class="where">
          <AreaMap
            at={here}
            number={row.number}
            kind={standards.letterOf(row.type)}
            areas={areas}
            drawing={drawn.value.length ? own : undefined}
            onPick={(to) => (drawn.value = [...drawn.value, to])}
            onReady={(handle) => (map.current = handle)}
          />
          <div class="choices-of">
            <Select
              label={t('warning.around')}
              value={String(radius.value)}
              of={[
                ['0', t('warning.no-circle')],
                ...[...new Set([...RADII, radius.value])]
                  .filter(Boolean)
                  .sort((a, b) => a - b)
                  .map((metres) => [String(metres), `${number(metres)} m`] as const),
              ]}
              onPick={(metres) => (radius.value = Number(metres))}
            />
            {offered.map((area) => (
              <label key={keyOf(area)} class="tick">
                <input
                  type="checkbox"
                  checked={!off.value.has(keyOf(area))}
                  onChange={(event) => {
                    const next = new Set(off.value)
                    if (event.currentTarget.checked) next.delete(keyOf(area))
                    else next.add(keyOf(area))
                    off.value = next
                  }}
                />
                {t('warning.forbidden', { what: wordsOf(area) })}
              </label>
            ))}
            <p role="status">{t('warning.corners', { n: drawn.value.length })}</p>
            <div class="acts">
              <button
                type="button"
                class="btn"
                onClick={() => (drawn.value = [...drawn.value, map.current?.centre() ?? here])}
              >
                {t('field.draw-middle')}
              </button>
              <button
                type="button"
                class="btn"
                disabled={!drawn.value.length}
                onClick={() => (drawn.value = drawn.value.slice(0, -1))}
              >
                {t('field.undo')}
              </button>
            </div>
            <TextField label={t('warning.area')} value={now_.area} most={200} onText={(area) => set({ area })} />
          </div>
        </div>
      </fieldset>
      <fieldset>
        <legend>{t('warning.words')}</legend>
        <Spoken words={now_.id} onWords={(said) => set({ id: said })} />
        <label class="tick">
          <input
            type="checkbox"
            checked={english.value}
            onChange={(event) => (english.value = event.currentTarget.checked)}
          />
          {t('warning.also-english')}
        </label>
        {english.value ? <Spoken words={now_.en} english onWords={(en) => set({ en })} /> : null}
      </fieldset>
      <div class="pair">
        <Select
          label={t('warning.event')}
          value={now_.type}
          of={[
            ['', t('warning.any-event')],
            ...standards.typeIds.value.map((one) => [one, standards.nameOf(one)] as const),
          ]}
          onPick={(type) => set({ type })}
        />
        <Select
          label={t('warning.response')}
          value={now_.response}
          of={named('warning-response', RESPONSES)}
          onPick={(response) => set({ response })}
        />
        <Select
          label={t('warning.urgency')}
          value={now_.urgency}
          of={named('warning-urgency', URGENCIES)}
          onPick={(urgency) => set({ urgency })}
        />
        <Select
          label={t('warning.severity')}
          value={now_.severity}
          of={named('warning-severity', SEVERITIES)}
          onPick={(severity) => set({ severity })}
        />
        <Select
          label={t('warning.certainty')}
          value={now_.certainty}
          of={named('warning-certainty', CERTAINTIES)}
          onPick={(certainty) => set({ certainty })}
        />
        <Select
          label={t('warning.holds-for')}
          value={String(hours.value)}
          of={HOURS.map((n) => [String(n), t('warning.hours', { n })] as const)}
          onPick={(n) => (hours.value = Number(n))}
        />
      </div>
      {over ? (
        <TextField label={t('warning.why-over')} value={why.value} most={400} onText={(text) => (why.value = text)} />
      ) : null}
      <label class="tick">
        <input type="checkbox" required checked={sure.value} onChange={(e) => (sure.value = e.currentTarget.checked)} />
        {t('warning.sure')}
      </label>
    </Form>
  )
}

const keyOf = ({ corners, radius }: Area) =>
  `${corners.map(([lon, lat]) => `${lon.toFixed(6)} ${lat.toFixed(6)}`).join(' ')} ${radius ?? ''}`

const PARTS = {
  headline: ['warning.headline', 'warning.headline-en'],
  description: ['warning.description', 'warning.description-en'],
  instruction: ['warning.instruction', 'warning.instruction-en'],
} as const

function Spoken({ words, english, onWords }: { words: Words; english?: boolean; onWords(words: Words): void }) {
  const name = (key: keyof typeof PARTS) => t(PARTS[key][english ? 1 : 0])
  return (
    <>
      <TextField
        label={name('headline')}
        value={words.headline}
        most={160}
        onText={(headline) => onWords({ ...words, headline })}
      />
      <TextField
        label={name('description')}
        value={words.description}
        lines={4}
        onText={(description) => onWords({ ...words, description })}
      />
      <TextField
        label={name('instruction')}
        value={words.instruction}
        lines={5}
        optional
        onText={(instruction) => onWords({ ...words, instruction })}
      />
    </>
  )
}

/** What the public is told about why a warning ends before its time. */
export function CancelForm({ former, sender, onDone }: { former: Message; sender: Sender; onDone(): void }) {
  const reason = useSignal('')
  const english = useSignal('')
  const id = useSignal(newId()).value
  async function send() {
    const { incident, warning } = former
    const en = english.value.trim()
    const told = { incident, warning: id, former: warning, reason: reason.value.trim(), ...(en && { reason_en: en }) }
    if (await sender.ask({ kind: 'warning.cancel-warning', ...told }, t('warning.said-cancelled'))) onDone()
  }
  return (
    <Form act={t('warning.cancel-now')} busy={sender.busy.value} onBack={onDone} onSend={() => void send()}>
      <TextField label={t('warning.reason')} value={reason.value} lines={2} onText={(to) => (reason.value = to)} />
      <TextField
        label={t('warning.reason-en')}
        value={english.value}
        lines={2}
        optional={!former.headline_en}
        onText={(to) => (english.value = to)}
      />
    </Form>
  )
}
