// Going in: who of the crew, with what pressure, into which sector. Figures by the pad, the next wearer comes by itself.
import { useSignal } from '@preact/signals'
import { t } from '../../kernel/i18n'
import { newId } from '../../kernel/ids'
import { personsOf } from './figures'
import { Pad } from './pad'
import { type Crew, REHAB, STAGING } from './rows'
import { crewName, personName, useScene } from './scene'
import { Big, Sheet } from './sheet'
import { useNewSector } from './sheet-sector'

type Filled = { readonly on: boolean; readonly bar: string }
const NEW = 'new'

export function EnterSheet({ crew }: { crew: Crew }) {
  const { row, std, ask, close } = useScene()
  const newSector = useNewSector()
  const inside = new Set(crew.inside.map((one) => one.person))
  const persons = personsOf(crew).filter((person) => !inside.has(person))
  const works = crew.sector !== STAGING && crew.sector !== REHAB
  const sector = useSignal(works ? crew.sector : (row.sectors[0]?.sector ?? NEW))
  const cylinder = useSignal(std.cylinders[0]?.[0] ?? '')
  const filled = useSignal<Readonly<Record<string, Filled>>>({})
  const active = useSignal(persons[0])
  // A driver stays at his pump: two go in unless somebody says more.
  const of = (person: string): Filled => filled.value[person] ?? { on: persons.indexOf(person) < 2, bar: '' }
  const set = (person: string, to: Partial<Filled>) => {
    filled.value = { ...filled.value, [person]: { ...of(person), ...to } }
  }
  const going = persons.filter((person) => of(person).on)
  const full = std.cylinder(cylinder.value).bar

  const next = () => {
    const at = going.indexOf(active.value ?? '')
    active.value = going[at + 1] ?? going[0]
  }

  function enter() {
    if (!going.length) return
    const to = sector.value === NEW ? newId() : sector.value
    if (sector.value === NEW) newSector(to)
    void ask(
      'field.report-entry',
      {
        crew: crew.crew,
        sector: to,
        wearers: going.map((person) => ({
          person,
          ...(of(person).bar && { bar: Number(of(person).bar) }),
          ...(of(person).bar && cylinder.value && { cylinder: cylinder.value }),
        })),
      },
      t('field.said-in', { crew: crewName(crew), n: going.length }),
    )
    close()
  }

  const without = going.filter((person) => !of(person).bar).length
  return (
    <Sheet
      title={t('field.enter-title', { crew: crewName(crew) })}
      onClose={close}
      pad={
        <Pad
          label={t('field.bar-of', { who: personName(active.value ?? '') })}
          value={of(active.value ?? '').bar}
          quick={[full, full - 10, full - 20]}
          onValue={(bar) => active.value && set(active.value, { on: true, bar })}
          onEnter={next}
        />
      }
      foot={
        <button type="button" class="btn touch main" disabled={!going.length} onClick={enter}>
          <span>{t('field.enter-now', { n: going.length })}</span>
          {without ? <small>{t('field.without-bar', { n: without })}</small> : null}
        </button>
      }
    >
      <Big
        label={t('field.into')}
        value={sector.value}
        of={[
          ...row.sectors.map((one) => [one.sector, one.name] as const),
          ...(works && !row.sectors.some((one) => one.sector === crew.sector)
            ? [[crew.sector, crew.sector] as const]
            : []),
          [NEW, t('field.sector-new')] as const,
        ]}
        onPick={(to) => (sector.value = to)}
      />
      <fieldset class="wearers">
        <legend class="label">{t('field.who-bar')}</legend>
        {persons.map((person) => {
          const one = of(person)
          return (
            <div key={person} class="wearer" data-on={one.on ? 'yes' : undefined}>
              <button
                type="button"
                class="btn who"
                aria-pressed={one.on}
                onClick={() => {
                  set(person, { on: !one.on })
                  if (!one.on) active.value = person
                }}
              >
                {personName(person)}
              </button>
              <button
                type="button"
                class={active.value === person ? 'btn bar-of is-active' : 'btn bar-of'}
                aria-pressed={active.value === person}
                onClick={() => {
                  active.value = person
                  set(person, { on: true })
                }}
              >
                <span class="sr">{t('field.bar-of', { who: personName(person) })} </span>
                {one.bar || '–'} <small>bar</small>
              </button>
            </div>
          )
        })}
      </fieldset>
      {std.cylinders.length > 1 ? (
        <Big
          label={t('field.cylinder')}
          value={cylinder.value}
          of={std.cylinders.map(([id, one]) => [id, `${one.litres} L`, `${one.bar} bar`] as const)}
          onPick={(id) => (cylinder.value = id)}
        />
      ) : null}
    </Sheet>
  )
}
