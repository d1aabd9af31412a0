// A situation report in one touch: what the board says is read out here before it goes, and stays with it.
import { shortTime, time } from '../../kernel/clock'
import { useView } from '../../kernel/device'
import { draftOf } from '../../kernel/drafts'
import { number, type Text, t } from '../../kernel/i18n'
import { newId } from '../../kernel/ids'
import { useStandards } from '../intake/standards'
import { useScene } from './scene'
import { compass } from './scene-map'
import { Sheet } from './sheet'

type Fact = string | number | readonly string[]
type Facts = Readonly<Record<string, Fact>>

/** In the order a report is read aloud; a fact of a newer node that is not here is shown by its own name. */
const WORDS: Readonly<Record<string, Text>> = {
  type: 'field.fact-type',
  level: 'field.fact-level',
  commander: 'field.commander',
  people: 'field.fact-people',
  inside: 'field.fact-inside',
  crews: 'field.fact-crews',
  sectors: 'field.sectors',
  objectives_open: 'field.fact-objectives-open',
  objectives_done: 'field.fact-objectives-done',
  objectives: 'field.fact-objectives',
  tasks_open: 'field.fact-tasks-open',
  tasks_done: 'field.fact-tasks-done',
  hazards: 'field.hazards',
  no_go: 'field.fact-no-go',
  wind_from_deg: 'field.wind',
  maydays: 'field.fact-maydays',
  evacuations: 'field.fact-evacuations',
  conflicts: 'field.conflicts-title',
  coming: 'field.coming',
  requests: 'field.asked-for',
  water_need_l: 'field.fact-water-need',
  water_missing_l: 'field.fact-water-missing',
  'under-control': 'field.fact-under-control',
  out: 'field.fact-out',
}
/** Said with another one, or known from where the report stands. */
/** Said only where there is one. */
const ONLY_IF = new Set(['maydays', 'evacuations', 'no_go', 'conflicts', 'objectives_done', 'tasks_done'])
const SILENT = new Set(['number', 'commander_since', 'life_risk', 'exercise', 'wind_mps'])

export function SitrepSheet() {
  const { row, device, ask, acts, close } = useScene()
  const draft = useView('field.sitrep', { incident: row.incident }, { keep: true })
  const sent = useView('field.sitreps', { incident: row.incident }, { keep: true })
  const note = draftOf<string>(device.session.value?.account ?? '', row.incident, 'sitrep')
  const facts = draft.rows.value[0]?.facts as Facts | undefined
  const send = () => {
    const words = note.value?.trim()
    void ask('field.send-sitrep', { sitrep: newId(), ...(words && { note: words }) }, t('field.said-sitrep'))
    note.value = undefined
  }
  return (
    <Sheet
      title={t('field.sitrep')}
      onClose={close}
      foot={
        acts ? (
          <button type="button" class="btn touch main" onClick={send}>
            {t('field.sitrep-send')}
          </button>
        ) : undefined
      }
    >
      <section>
        <h3>{t('field.sitrep-says')}</h3>
        {facts ? <FactList facts={facts} /> : <p class="none">{t('desk.loading')}</p>}
      </section>
      {acts ? (
        <label class="field">
          <span>{t('field.sitrep-add')}</span>
          <textarea
            class="input l"
            value={note.value ?? ''}
            onInput={(event) => (note.value = event.currentTarget.value)}
            rows={3}
            maxLength={2000}
          />
        </label>
      ) : null}
      <section>
        <h3>{t('field.sitreps')}</h3>
        {sent.rows.value.map((report) => (
          <details key={report.sitrep}>
            <summary>
              <b>{time(report.at)}</b> {report.note}
            </summary>
            <FactList facts={report.facts as Facts} />
          </details>
        ))}
        {sent.rows.value.length ? null : <p class="none">{t('field.sitreps-none')}</p>}
      </section>
    </Sheet>
  )
}

function FactList({ facts }: { facts: Facts }) {
  const said = useFactWords()
  const known = [...Object.keys(WORDS), ...Object.keys(facts).filter((name) => !(name in WORDS) && !SILENT.has(name))]
  return (
    <dl class="facts-of">
      {known
        .filter((name) => name in facts && said(name, facts[name] as Fact) !== '')
        .map((name) => (
          <div key={name} class="pair">
            <dt>{WORDS[name] ? t(WORDS[name] as Text) : name.replaceAll('_', ' ')}</dt>
            <dd>{said(name, facts[name] as Fact)}</dd>
          </div>
        ))}
    </dl>
  )
}

/** Codes become words; a nought is left out where nothing is to be read from it. */
function useFactWords() {
  const { std } = useScene()
  const words = useStandards()
  return (name: string, fact: Fact): string => {
    if (fact === 0 && ONLY_IF.has(name)) return ''
    if (name === 'type') return words.nameOf(String(fact))
    if (name === 'wind_from_deg') return compass(Number(fact))
    if (name === 'under-control' || name === 'out') return shortTime(String(fact))
    if (name.endsWith('_l')) return `${number(Number(fact))} L`
    if (Array.isArray(fact))
      return fact
        .map((one: string) => {
          if (name === 'hazards') return std.hazardName(one)
          if (name === 'requests') return std.askableName(one)
          return name === 'objectives' ? std.taskName({ code: one, text: null }) : one
        })
        .join('; ')
    return typeof fact === 'number' ? number(fact, Number.isInteger(fact) ? 0 : 1) : String(fact)
  }
}
