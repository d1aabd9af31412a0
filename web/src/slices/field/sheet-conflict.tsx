// Two observations that cannot both be right: both sides with who and when, and a person says which holds.
import { time } from '../../kernel/clock'
import { number, type Text, t } from '../../kernel/i18n'
import { Icon } from '../../look/symbols'
import { parWord } from './par-words'
import type { Conflict, Crew } from './rows'
import { crewName, personName, sectorName, useScene } from './scene'
import { Sheet } from './sheet'

const WORDS: Readonly<Record<Conflict['kind'], Text>> = {
  'two-places': 'field.conflict-two-places',
  'left-not-inside': 'field.conflict-left-not-inside',
  'read-outside': 'field.conflict-read-outside',
  'air-rose': 'field.conflict-air-rose',
  'par-differs': 'field.conflict-par-differs',
  'gone-while-inside': 'field.conflict-gone-inside',
}

const HOLDS = [
  ['first', 'field.holds-first'],
  ['second', 'field.holds-second'],
  ['both', 'field.holds-both'],
  ['neither', 'field.holds-neither'],
] as const satisfies readonly (readonly [string, Text])[]

export function ConflictSheet({ crew }: { crew: Crew | undefined }) {
  const { close, online } = useScene()
  return (
    <Sheet
      title={crew ? t('field.conflicts-of', { crew: crewName(crew) }) : t('field.conflicts-title')}
      onClose={close}
    >
      <p>{t('field.conflicts-why')}</p>
      {online ? null : <p class="hint">{t('field.needs-network')}</p>}
      {crew?.conflicts.length ? null : <p class="none">{t('field.conflicts-none')}</p>}
      {crew?.conflicts.map((conflict) => (
        <One key={conflict.conflict} crew={crew} conflict={conflict} />
      ))}
    </Sheet>
  )
}

function One({ crew, conflict }: { crew: Crew; conflict: Conflict }) {
  const { ask, acts, online, row } = useScene()
  const person = conflict.person ? personName(conflict.person) : crewName(crew)
  return (
    <section class="note conflict-of" data-s="watch">
      <Icon name="warn" />
      <b>{t(WORDS[conflict.kind], { who: person })}</b>
      {conflict.sectors.length > 1 ? <p>{conflict.sectors.map((id) => sectorName(row, id)).join(' / ')}</p> : null}
      <ol class="sides">
        <Side n={1} crew={crew} seen={conflict.first} />
        <Side n={2} crew={crew} seen={conflict.second} />
      </ol>
      {acts ? (
        <div class="keys-of">
          {HOLDS.filter(([holds]) => conflict.first || holds === 'both' || holds === 'neither').map(
            ([holds, words]) => (
              <button
                type="button"
                key={holds}
                class="btn"
                disabled={!online}
                onClick={() =>
                  void ask(
                    'field.resolve-conflict',
                    { crew: crew.crew, conflict: conflict.conflict, holds },
                    t('field.said-resolved'),
                  )
                }
              >
                {t(conflict.first ? words : holds === 'both' ? 'field.holds-report' : 'field.holds-not')}
              </button>
            ),
          )}
        </div>
      ) : null}
    </section>
  )
}

function Side({ n, crew, seen }: { n: number; crew: Crew; seen: Conflict['first'] }) {
  const { who } = useScene()
  const says = useSaidIn(crew)
  if (!seen)
    return (
      <li>
        {n}. {t('field.nothing-known')}
      </li>
    )
  return (
    <li>
      {n}. <b>{time(seen.at)}</b> {who(seen.by)}
      {says(seen.ask)}
    </li>
  )
}

/** What one ask said, as far as the crew's picture still shows it. */
function useSaidIn(crew: Crew) {
  return (ask: string): string => {
    const answer = crew.answers.find((one) => one.seen.ask === ask)
    if (answer) return `: PAR ${parWord(answer.result)}${answer.present === null ? '' : ` ${answer.present}`}`
    for (const one of crew.inside) {
      const read = one.air.find((air) => air.seen.ask === ask)
      if (one.entered.ask === ask) return `: ${t('field.in-word')}`
      if (read) return `: ${number(read.bar)} bar`
    }
    const out = crew.out.find((one) => one.seen.ask === ask)
    return out ? `: ${t('field.out-word')}` : ''
  }
}
