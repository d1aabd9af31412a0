// Who, where, how much air, what is needed: each one touch, in any order, as it is heard on the radio.
import { useSignal } from '@preact/signals'
import { useRef } from 'preact/hooks'
import { t } from '../../kernel/i18n'
import { here, personsOf } from './figures'
import { MaydayPanel } from './mayday'
import { Pad } from './pad'
import { type Mayday, type Said, STAGING } from './rows'
import { crewName, personName, useScene } from './scene'
import { Big, Sheet } from './sheet'

export function MaydaySheet({ mayday }: { mayday: Mayday }) {
  const { row, std, ask, close } = useScene()
  const bar = useSignal(mayday.bar === null ? '' : String(mayday.bar))
  const where = useRef<HTMLInputElement>(null)
  const crews = row.crews
    .filter(here)
    .sort((a, b) => b.inside.length - a.inside.length || a.label.localeCompare(b.label, 'id', { numeric: true }))
  const crew = crews.find((one) => one.crew === mayday.crew)

  /** Said again under the same name with what is known now: the newest holds. */
  const say = (more: Partial<Said<'field.call-mayday'>>) => {
    const now: Said<'field.call-mayday'> = {
      mayday: mayday.mayday,
      need: mayday.need as 'other',
      ...(mayday.crew && { crew: mayday.crew }),
      ...(mayday.person && { person: mayday.person }),
      ...(mayday.sector && { sector: mayday.sector }),
      ...(mayday.bar !== null && { bar: mayday.bar }),
      ...(mayday.where && { where: mayday.where }),
      ...more,
    }
    void ask('field.call-mayday', now, t('field.said-mayday-more'))
  }
  const keepFigures = () => {
    const text = where.current?.value.trim() ?? ''
    const known = bar.value ? Number(bar.value) : null
    if (known !== mayday.bar || text !== (mayday.where ?? ''))
      say({ ...(known !== null && { bar: known }), ...(text && { where: text }) })
  }

  return (
    <Sheet
      title={t('field.mayday-title')}
      onClose={() => {
        keepFigures()
        close()
      }}
      pad={
        <>
          <p class="figure">
            {bar.value || '–'} <small>bar</small>
          </p>
          <Pad
            label={t('field.air')}
            value={bar.value}
            onValue={(value) => (bar.value = value)}
            onEnter={keepFigures}
          />
        </>
      }
      foot={
        <button
          type="button"
          class="btn touch main"
          onClick={() => {
            keepFigures()
            close()
          }}
        >
          {t('field.to-steps')}
        </button>
      }
    >
      <Big
        label={t('field.crew-word')}
        value={mayday.crew}
        of={crews.map((one) => [
          one.crew,
          crewName(one),
          one.inside.length ? t('field.inside') : t('field.org', { n: one.people }),
        ])}
        onPick={(id) => {
          const found = crews.find((one) => one.crew === id)
          const sector = found?.inside[0]?.sector ?? found?.sector
          say({ crew: id, ...(sector && sector !== STAGING && { sector }) })
        }}
      />
      {crew && personsOf(crew).length > 1 ? (
        <Big
          label={t('field.who')}
          value={mayday.person}
          of={personsOf(crew).map((person) => [person, personName(person)])}
          onPick={(person) => say({ person })}
        />
      ) : null}
      <Big
        label={t('field.needs')}
        value={mayday.need}
        of={std.needs}
        onPick={(need) => say({ need: need as 'other' })}
      />
      <Big
        label={t('field.sector-word')}
        value={mayday.sector}
        of={row.sectors.map((one) => [one.sector, one.name])}
        onPick={(sector) => say({ sector })}
      />
      <label class="field">
        <span>{t('field.where-more')}</span>
        <input class="input l" ref={where} defaultValue={mayday.where ?? ''} maxLength={200} autocomplete="off" />
      </label>
      <MaydayPanel mayday={mayday} />
    </Sheet>
  )
}

/** How a MAYDAY ended: asked after the button was held, so that no slip of a finger ends one. */
export function EndSheet({ mayday }: { mayday: Mayday }) {
  const { std, ask, close } = useScene()
  const note = useRef<HTMLInputElement>(null)
  return (
    <Sheet title={t('field.mayday-how')} onClose={close}>
      <label class="field">
        <span>{t('field.note-optional')}</span>
        <input class="input l" ref={note} maxLength={400} autocomplete="off" />
      </label>
      <Big
        label={t('field.mayday-outcome')}
        value={undefined}
        of={std.outcomes}
        onPick={(outcome) => {
          const text = note.current?.value.trim()
          void ask(
            'field.end-mayday',
            { mayday: mayday.mayday, outcome: outcome as 'rescued', ...(text && { note: text }) },
            t('field.said-mayday-end'),
          )
          close()
        }}
      />
    </Sheet>
  )
}
