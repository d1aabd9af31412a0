// How many people were hurt, rescued, affected and served: a box that is empty is not known, and never nought.
import { number, t } from '../../kernel/i18n'
import { typed, whole } from './amounts'
import { Figure, Words } from './fields'
import type { FormProps, Line, Part } from './part'

const HARM = ['dead', 'heavy', 'light', 'rescued'] as const
const WHO = ['citizens', 'staff'] as const
const AROUND = ['families', 'affected', 'displaced'] as const
const SERVED = ['to_serve_victims', 'served_victims', 'to_serve_affected', 'served_affected'] as const

type Harm = (typeof HARM)[number]
type Around = (typeof AROUND)[number] | (typeof SERVED)[number]
type Harmed = Readonly<Record<Harm, string>>
type VictimsForm = { readonly citizens: Harmed; readonly staff: Harmed; readonly shelter: string } & Readonly<
  Record<Around, string>
>

const NOBODY: Harmed = { dead: '0', heavy: '0', light: '0', rescued: '0' }

function VictimFields({ form, set, checked }: FormProps<VictimsForm>) {
  const wrong = (text: string) => checked && whole(text) === undefined
  const nobody = () =>
    set({
      citizens: NOBODY,
      staff: NOBODY,
      ...(Object.fromEntries([...AROUND, ...SERVED].map((one) => [one, '0'])) as Record<Around, string>),
    })
  return (
    <>
      <p class="hint">{t('reports.victims-how')}</p>
      <div class="counts">
        <span />
        {HARM.map((harm) => (
          <span key={harm} class="label" aria-hidden="true">
            {t(`reports.${harm}`)}
          </span>
        ))}
        {WHO.map((who) => (
          <>
            <b key={who}>{t(`reports.${who}`)}</b>
            {HARM.map((harm) => (
              <Figure
                key={harm}
                quiet
                label={`${t(`reports.${who}`)}, ${t(`reports.${harm}`)}`}
                placeholder={t('reports.unknown-short')}
                value={form[who][harm]}
                wrong={wrong(form[who][harm])}
                onText={(text) => set({ [who]: { ...form[who], [harm]: text } })}
              />
            ))}
          </>
        ))}
      </div>
      <div class="three">
        {AROUND.map((one) => (
          <Figure
            key={one}
            label={t(`reports.${one}`)}
            value={form[one]}
            wrong={wrong(form[one])}
            onText={(text) => set({ [one]: text })}
          />
        ))}
      </div>
      <Words label={t('reports.shelter')} value={form.shelter} onText={(shelter) => set({ shelter })} />
      <fieldset class="served">
        <legend class="label">{t('reports.served-how')}</legend>
        <div class="two">
          {SERVED.map((one) => (
            <Figure
              key={one}
              label={t(`reports.${one}`)}
              value={form[one]}
              wrong={wrong(form[one])}
              onText={(text) => set({ [one]: text })}
            />
          ))}
        </div>
      </fieldset>
      <div class="acts">
        <button type="button" class="btn" onClick={nobody}>
          {t('reports.nobody')}
        </button>
      </div>
    </>
  )
}

const harmed = (of: Readonly<Partial<Record<Harm, number | null>>> | undefined) =>
  Object.fromEntries(HARM.map((harm) => [harm, typed(of?.[harm])])) as Harmed

function figures<Key extends string>(
  keys: readonly Key[],
  from: Readonly<Record<Key, string>>,
): Record<Key, number | null> | undefined {
  const all = keys.map((key) => [key, whole(from[key])] as const)
  return all.some(([, value]) => value === undefined)
    ? undefined
    : (Object.fromEntries(all) as Record<Key, number | null>)
}

const said = (value: number | null | undefined) =>
  value === null || value === undefined ? t('reports.unknown') : number(value)

type Harms = Readonly<Partial<Record<Harm, number | null>>> | undefined

/** What is known first, then what is not. */
function harmWords(of: Harms): string {
  const known = HARM.flatMap((harm) => {
    const n = of?.[harm]
    return n === null || n === undefined ? [] : [`${number(n)} ${t(`reports.${harm}`)}`]
  })
  const open = HARM.filter((harm) => (of?.[harm] ?? null) === null).map((harm) => t(`reports.${harm}`))
  return [known.join(', '), open.length ? t('reports.unknown-are', { what: open.join(', ') }) : '']
    .filter(Boolean)
    .join('; ')
}

export const VICTIMS: Part<VictimsForm> = {
  id: 'victims',
  title: 'reports.victims',
  Form: VictimFields,
  begin({ victims }) {
    const around = Object.fromEntries([...AROUND, ...SERVED].map((one) => [one, typed(victims?.[one])])) as Record<
      Around,
      string
    >
    return {
      citizens: harmed(victims?.citizens),
      staff: harmed(victims?.staff),
      shelter: victims?.shelter ?? '',
      ...around,
    }
  },
  wish(incident, form) {
    const citizens = figures(HARM, form.citizens)
    const staff = figures(HARM, form.staff)
    const around = figures([...AROUND, ...SERVED], form)
    if (!citizens || !staff || !around) return undefined
    return { kind: 'report.count-victims', incident, citizens, staff, ...around, shelter: form.shelter.trim() || null }
  },
  told({ victims }) {
    if (!victims) return []
    const lines: Line[] = WHO.map((who) => [t(`reports.${who}`), harmWords(victims[who])])
    for (const one of AROUND) lines.push([t(`reports.${one}`), said(victims[one])])
    if (victims.shelter) lines.push([t('reports.shelter'), victims.shelter])
    lines.push([
      t('reports.served'),
      t('reports.served-of', {
        victims: said(victims.served_victims),
        of: said(victims.to_serve_victims),
        affected: said(victims.served_affected),
        all: said(victims.to_serve_affected),
      }),
    ])
    return lines
  },
}
