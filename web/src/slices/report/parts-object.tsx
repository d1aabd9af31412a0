// What burned and why: two sections, of which the cause may stay unknown and is then complete.
import { number, t } from '../../kernel/i18n'
import { measure, typed } from './amounts'
import { codeName } from './codes'
import { Code, Figure, OneOf, Select, Words } from './fields'
import type { FormProps, Line, Part } from './part'

type ObjectForm = {
  readonly kind: string
  readonly construction: string
  readonly building: string
  readonly burnt: string
  readonly ark: string
  readonly owner: string
  readonly note: string
}

/** The classes of fire risk by use, as the standard counts them. */
const ARK = ['', '3', '4', '5', '6', '7'] as const

function ObjectFields({ form, set, codes, checked, report }: FormProps<ObjectForm>) {
  const wrong = (text: string) => checked && measure(text) === undefined
  return (
    <>
      <div class="two">
        <Code
          label={t('reports.kind')}
          of={codes.object_kind}
          value={form.kind}
          none={t('reports.choose')}
          onPick={(kind) => set({ kind })}
        />
        <Code
          label={t('reports.construction')}
          of={codes.construction}
          value={form.construction}
          none={t('reports.unknown')}
          onPick={(construction) => set({ construction })}
        />
        <Figure
          label={t('reports.building')}
          unit="m²"
          value={form.building}
          wrong={wrong(form.building)}
          onText={(building) => set({ building })}
        />
        <Figure
          label={t('reports.burnt')}
          unit="m²"
          value={form.burnt}
          wrong={wrong(form.burnt)}
          onText={(burnt) => set({ burnt })}
        />
      </div>
      <details class="more">
        <summary class="btn bare">{t('reports.object-more')}</summary>
        <div class="two">
          <Select
            label={t('reports.ark')}
            of={ARK.map((one) => [one, one || t('reports.unknown')] as const)}
            value={form.ark}
            onPick={(ark) => set({ ark })}
          />
          <Words
            label={t('reports.owner')}
            value={form.owner}
            hint={t(report.object?.owner ? 'reports.owner-kept' : 'reports.owner-how')}
            onText={(owner) => set({ owner })}
          />
        </div>
        <Words label={t('reports.note')} value={form.note} onText={(note) => set({ note })} />
      </details>
    </>
  )
}

export const OBJECT: Part<ObjectForm> = {
  id: 'object',
  title: 'reports.object',
  Form: ObjectFields,
  begin({ object }) {
    return {
      kind: object?.kind ?? '',
      construction: object?.construction ?? '',
      building: typed(object?.building_m2),
      burnt: typed(object?.burnt_m2),
      ark: typed(object?.ark),
      owner: '',
      note: object?.note ?? '',
    }
  },
  wish(incident, form) {
    const [building_m2, burnt_m2] = [measure(form.building), measure(form.burnt)]
    if (!form.kind || building_m2 === undefined || burnt_m2 === undefined) return undefined
    return {
      kind: 'report.describe-object',
      incident,
      as: form.kind,
      construction: form.construction,
      building_m2,
      burnt_m2,
      ark: form.ark ? Number(form.ark) : null,
      owner: form.owner.trim() || null,
      note: form.note.trim() || null,
    }
  },
  told({ object }, codes) {
    if (!object) return []
    const area = (m2: number | null | undefined) =>
      m2 === null || m2 === undefined ? t('reports.unknown') : `${number(m2, m2 % 1 ? 1 : 0)} m²`
    const lines: Line[] = [
      [t('reports.kind'), codeName(codes.object_kind, object.kind)],
      [
        t('reports.construction'),
        object.construction ? codeName(codes.construction, object.construction) : t('reports.unknown'),
      ],
      [t('reports.burnt'), t('reports.burnt-of', { burnt: area(object.burnt_m2), building: area(object.building_m2) })],
    ]
    if (object.ark) lines.push([t('reports.ark'), String(object.ark)])
    if (object.note) lines.push([t('reports.note'), object.note])
    return lines
  },
}

type CauseForm = {
  /** Whether there is anything to name: that there is not is an answer too. */
  readonly known: '' | 'known' | 'unknown'
  readonly cause: string
  readonly basis: 'suspected' | 'investigated'
  readonly thing: string
  readonly note: string
}

const UNKNOWN = 'unknown'

function CauseFields({ form, set, codes }: FormProps<CauseForm>) {
  return (
    <>
      <OneOf
        label={t('reports.cause-is')}
        of={[
          ['known', t('reports.cause-known')],
          [UNKNOWN, t('reports.unknown')],
        ]}
        value={form.known}
        onPick={(known) => set({ known: known as CauseForm['known'] })}
      />
      {form.known === 'known' ? (
        <div class="two">
          <Code
            label={t('reports.cause')}
            of={codes.cause.filter((one) => one.id !== UNKNOWN)}
            value={form.cause}
            none={t('reports.choose')}
            onPick={(cause) => set({ cause })}
          />
          <OneOf
            label={t('reports.basis')}
            of={[
              ['suspected', t('reports.basis-suspected')],
              ['investigated', t('reports.basis-investigated')],
            ]}
            value={form.basis}
            onPick={(basis) => set({ basis: basis as CauseForm['basis'] })}
          />
        </div>
      ) : null}
      <div class="two">
        <Code
          label={t('reports.thing')}
          of={codes.burnt_thing}
          value={form.thing}
          none={t('reports.unknown')}
          onPick={(thing) => set({ thing })}
        />
        <Words label={t('reports.note')} value={form.note} onText={(note) => set({ note })} />
      </div>
    </>
  )
}

export const CAUSE: Part<CauseForm> = {
  id: 'cause',
  title: 'reports.cause',
  how: 'reports.cause-how',
  Form: CauseFields,
  begin: ({ cause }) => ({
    known: cause ? (cause.cause === UNKNOWN ? UNKNOWN : 'known') : '',
    cause: cause && cause.cause !== UNKNOWN ? cause.cause : '',
    basis: cause?.basis === 'investigated' ? 'investigated' : 'suspected',
    thing: cause?.thing ?? '',
    note: cause?.note ?? '',
  }),
  wish(incident, form) {
    const cause = form.known === UNKNOWN ? UNKNOWN : form.cause
    if (!form.known || !cause) return undefined
    const { basis, thing, note } = form
    return {
      kind: 'report.state-cause',
      incident,
      cause,
      basis: cause === UNKNOWN ? 'suspected' : basis,
      thing,
      note: note.trim() || null,
    }
  },
  told({ cause }, codes) {
    if (!cause) return []
    const lines: Line[] = [
      [
        t('reports.cause'),
        cause.cause === UNKNOWN
          ? t('reports.unknown')
          : `${codeName(codes.cause, cause.cause)} (${t(cause.basis === 'investigated' ? 'reports.basis-investigated' : 'reports.basis-suspected')})`,
      ],
      [t('reports.thing'), cause.thing ? codeName(codes.burnt_thing, cause.thing) : t('reports.unknown')],
    ]
    if (cause.note) lines.push([t('reports.note'), cause.note])
    return lines
  },
}
