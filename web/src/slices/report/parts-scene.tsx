// What the scene took: water and foam, what held the crews up, volunteers before them, and the reporter's closing words.
import { instantNear, ms, shortTime } from '../../kernel/clock'
import { number, t } from '../../kernel/i18n'
import { Icon } from '../../look/symbols'
import { measure, typed, whole } from './amounts'
import { codeName, nameOf } from './codes'
import { Code, Figure, Remove, Words } from './fields'
import type { FormProps, Line, Part } from './part'

// ---- water ------------------------------------------------------------------------------------------------------------

type Used = { readonly agent: string; readonly source: string; readonly measured: string; readonly litres: string }
type WaterForm = { readonly lines: readonly Used[] }

function WaterFields({ form, set, codes, checked }: FormProps<WaterForm>) {
  const rows = form.lines
  const change = (at: number, next: Partial<Used>) =>
    set({ lines: rows.map((row, n) => (n === at ? { ...row, ...next } : row)) })
  const fresh: Used = { agent: codes.agent[0]?.id ?? '', source: '', measured: '', litres: '' }
  return (
    <>
      {rows.length ? null : <p class="hint">{t('reports.water-none-how')}</p>}
      <ol class="lines water">
        {rows.map((row, n) => (
          <li key={n}>
            <Code
              label={t('reports.agent')}
              of={codes.agent}
              value={row.agent}
              onPick={(agent) => change(n, { agent })}
            />
            <Code
              label={t('reports.source')}
              of={codes.source}
              value={row.source}
              none={t('reports.unknown')}
              onPick={(source) => change(n, { source })}
            />
            <Code
              label={t('reports.measured')}
              of={codes.measured}
              value={row.measured}
              none={t('reports.unknown')}
              onPick={(measured) => change(n, { measured })}
            />
            <Figure
              label={t('reports.litres')}
              unit="l"
              value={row.litres}
              wrong={checked && measure(row.litres) === undefined}
              onText={(litres) => change(n, { litres })}
            />
            <Remove
              label={t('reports.remove', { what: codeName(codes.agent, row.agent) })}
              onGo={() => set({ lines: rows.filter((_, at) => at !== n) })}
            />
          </li>
        ))}
      </ol>
      <div class="acts">
        <button type="button" class="btn" onClick={() => set({ lines: [...rows, fresh] })}>
          <Icon name="plus" /> {t('reports.add-water')}
        </button>
      </div>
    </>
  )
}

export const WATER: Part<WaterForm> = {
  id: 'water',
  title: 'reports.water',
  Form: WaterFields,
  begin: ({ water }) => ({
    lines: (water?.lines ?? []).map((one) => ({
      agent: one.agent,
      source: one.source ?? '',
      measured: one.measured ?? '',
      litres: typed(one.litres),
    })),
  }),
  wish(incident, form) {
    const litres = form.lines.map((one) => measure(one.litres))
    if (litres.includes(undefined)) return undefined
    return {
      kind: 'report.state-water',
      incident,
      lines: form.lines.map((one, n) => ({ ...one, litres: litres[n] ?? null })),
    }
  },
  told({ water }, codes) {
    if (!water) return []
    const used = water.lines ?? []
    if (!used.length) return [[t('reports.water'), t('reports.water-none')]]
    return used.map((one): Line => {
      const amount =
        one.litres === null || one.litres === undefined
          ? t('reports.unknown')
          : t('reports.n-litres', { n: number(one.litres) })
      const more = [
        one.source ? codeName(codes.source, one.source) : '',
        one.measured ? codeName(codes.measured, one.measured) : '',
      ]
      return [codeName(codes.agent, one.agent), [amount, ...more.filter(Boolean)].join(' · ')]
    })
  },
}

// ---- obstacles --------------------------------------------------------------------------------------------------------

type Held = { readonly kind: string; readonly minutes: string; readonly note: string }
type ObstacleForm = { readonly lines: readonly Held[] }

function ObstacleFields({ form, set, codes, checked }: FormProps<ObstacleForm>) {
  const rows = form.lines
  const on = (kind: string) => rows.some((one) => one.kind === kind)
  const toggle = (kind: string) =>
    set({ lines: on(kind) ? rows.filter((one) => one.kind !== kind) : [...rows, { kind, minutes: '', note: '' }] })
  const change = (at: number, next: Partial<Held>) =>
    set({ lines: rows.map((row, n) => (n === at ? { ...row, ...next } : row)) })
  return (
    <>
      <fieldset class="opts">
        <legend class="label">{t('reports.obstacles-how')}</legend>
        {codes.obstacle.map((one) => (
          <label key={one.id} class={on(one.id) ? 'is-on' : ''}>
            <input type="checkbox" class="sr" checked={on(one.id)} onChange={() => toggle(one.id)} />
            {nameOf(one)}
          </label>
        ))}
      </fieldset>
      <ol class="lines stops">
        {rows.map((row, n) => (
          <li key={row.kind}>
            <b>{codeName(codes.obstacle, row.kind)}</b>
            <Figure
              label={t('reports.cost-minutes')}
              value={row.minutes}
              wrong={checked && whole(row.minutes) === undefined}
              onText={(minutes) => change(n, { minutes })}
            />
            <Words label={t('reports.note')} value={row.note} onText={(note) => change(n, { note })} />
            <Remove
              label={t('reports.remove', { what: codeName(codes.obstacle, row.kind) })}
              onGo={() => toggle(row.kind)}
            />
          </li>
        ))}
      </ol>
    </>
  )
}

export const OBSTACLES: Part<ObstacleForm> = {
  id: 'obstacles',
  title: 'reports.obstacles',
  Form: ObstacleFields,
  begin: ({ obstacles }) => ({
    lines: (obstacles?.lines ?? []).map((one) => ({
      kind: one.kind,
      minutes: one.effect_s === null || one.effect_s === undefined ? '' : typed(Math.round(one.effect_s / 60)),
      note: one.note ?? '',
    })),
  }),
  wish(incident, form) {
    const minutes = form.lines.map((one) => whole(one.minutes))
    if (minutes.includes(undefined)) return undefined
    const lines = form.lines.map((one, n) => {
      const spent = minutes[n]
      return { kind: one.kind, effect_s: typeof spent === 'number' ? spent * 60 : null, note: one.note.trim() || null }
    })
    return { kind: 'report.state-obstacles', incident, lines }
  },
  told({ obstacles }, codes) {
    if (!obstacles) return []
    const held = obstacles.lines ?? []
    if (!held.length) return [[t('reports.obstacles'), t('reports.obstacles-none')]]
    return held.map((one): Line => {
      const cost =
        one.effect_s === null || one.effect_s === undefined
          ? t('reports.effect-unknown')
          : t('time.minutes', { n: Math.round(one.effect_s / 60) })
      return [codeName(codes.obstacle, one.kind), [cost, one.note ?? ''].filter(Boolean).join(' · ')]
    })
  },
}

// ---- volunteers -------------------------------------------------------------------------------------------------------

type VolunteerForm = { readonly at: string; readonly group: string }

function VolunteerFields({ form, set, checked, report }: FormProps<VolunteerForm>) {
  const wrong = checked && form.at !== '' && instantNear(form.at, ms(report.response.opened_at)) === undefined
  return (
    <div class="two">
      <label class="field">
        <span>{t('reports.volunteers-at')}</span>
        <input
          class="input"
          inputMode="numeric"
          autocomplete="off"
          placeholder={t('reports.unknown')}
          value={form.at}
          aria-invalid={wrong}
          onInput={(event) => set({ at: event.currentTarget.value })}
        />
      </label>
      <Words label={t('reports.volunteers-who')} value={form.group} onText={(group) => set({ group })} />
    </div>
  )
}

export const VOLUNTEERS: Part<VolunteerForm> = {
  id: 'volunteers',
  title: 'reports.volunteers',
  how: 'reports.volunteers-how',
  Form: VolunteerFields,
  begin: ({ volunteers }) => ({
    at: volunteers?.first_action_at ? shortTime(volunteers.first_action_at) : '',
    group: volunteers?.group ?? '',
  }),
  wish(incident, form, report) {
    const at = form.at.trim() ? instantNear(form.at.trim(), ms(report.response.opened_at)) : null
    if (at === undefined) return undefined
    return { kind: 'report.state-volunteers', incident, first_action_at: at, group: form.group.trim() || null }
  },
  told({ volunteers }) {
    if (!volunteers) return []
    const lines: Line[] = [
      [
        t('reports.volunteers-at'),
        volunteers.first_action_at ? shortTime(volunteers.first_action_at) : t('reports.unknown'),
      ],
    ]
    if (volunteers.group) lines.push([t('reports.volunteers-who'), volunteers.group])
    return lines
  },
}

// ---- closing words ----------------------------------------------------------------------------------------------------

type SummaryForm = { readonly text: string }

export const SUMMARY: Part<SummaryForm> = {
  id: 'summary',
  title: 'reports.summary',
  how: 'reports.summary-how',
  Form: ({ form, set }) => (
    <Words label={t('reports.summary-label')} rows={5} value={form.text} onText={(text) => set({ text })} />
  ),
  begin: ({ summary }) => ({ text: summary?.text ?? '' }),
  wish(incident, { text }) {
    return text.trim() ? { kind: 'report.summarise', incident, text: text.trim() } : undefined
  },
  told: ({ summary }) => (summary ? [[t('reports.summary'), summary.text ?? t('reports.erased')]] : []),
}
