// The acts that are always under the thumb; while a MAYDAY runs, the rescue crew and its end.
import { t } from '../../kernel/i18n'
import { Icon } from '../../look/symbols'
import { useCallPar, useMayday } from './calling'
import { openEvacuations, openMaydays } from './figures'
import { Hold } from './hold'
import { candidates, RESCUE } from './mayday'
import type { Mayday } from './rows'
import { crewName, useScene } from './scene'

export function Bar({ onRaise }: { onRaise(): void }) {
  const { row, acts } = useScene()
  if (!acts) return null
  const mayday = openMaydays(row)[0]
  return mayday ? <InMayday mayday={mayday} /> : <Calm onRaise={onRaise} />
}

function Calm({ onRaise }: { onRaise(): void }) {
  const { row, open } = useScene()
  const call = useMayday()
  const par = useCallPar()
  const out = openEvacuations(row).length > 0
  return (
    <footer class="bar">
      <button type="button" class="btn touch life" onClick={call}>
        <Icon name="stop" size="l" /> MAYDAY
      </button>
      {row.commander ? null : (
        <button type="button" class="btn touch main" onClick={() => open('komando')}>
          {t('field.assume')}
        </button>
      )}
      <button type="button" class="btn touch" onClick={() => par()}>
        {t('field.par-all')}
      </button>
      <button
        type="button"
        class={out ? 'btn touch life is-on b-wide' : 'btn touch b-wide'}
        onClick={() => open('evakuasi')}
      >
        {t('field.evacuation')}
      </button>
      <button type="button" class="btn touch b-widest" onClick={onRaise}>
        {t('field.raise')}
      </button>
      {row.commander ? (
        <button type="button" class="btn touch b-wide" onClick={() => open('serah')}>
          {t('field.hand-over')}
        </button>
      ) : null}
      <button type="button" class="btn touch" onClick={() => open('catat')}>
        <Icon name="edit" size="l" /> {t('field.note')}
      </button>
      <button type="button" class="btn touch" onClick={() => open('lain')}>
        {t('field.other')}
      </button>
    </footer>
  )
}

function InMayday({ mayday }: { mayday: Mayday }) {
  const { row, ask, open } = useScene()
  const call = useMayday()
  const par = useCallPar()
  const sent = mayday.steps.some((step) => step.step === RESCUE)
  const next = candidates(row, mayday).find((crew) => !mayday.steps.some((step) => step.crew === crew.crew))
  return (
    <footer class="bar m">
      {next && !sent ? (
        <button
          type="button"
          class="btn touch main"
          onClick={() => {
            void ask(
              'field.step-mayday',
              { mayday: mayday.mayday, step: RESCUE, crew: next.crew },
              t('field.said-rescue', { crew: crewName(next) }),
            )
            if (!next.inside.length) open(`masuk/${next.crew}`)
          }}
        >
          {t('field.send-in', { crew: crewName(next) })}
        </button>
      ) : (
        <button type="button" class="btn touch main" onClick={() => open(`mayday/${mayday.mayday}`)}>
          {t('field.mayday-steps')}
        </button>
      )}
      <button type="button" class="btn touch" onClick={() => par()}>
        {t('field.par-all')}
      </button>
      <button type="button" class="btn touch" onClick={() => open('lain')}>
        {t('field.other')}
      </button>
      <button type="button" class="btn touch life" onClick={call}>
        {t('field.mayday-second')}
      </button>
      <Hold words={t('field.mayday-end')} look="life" onDone={() => open(`mayday-selesai/${mayday.mayday}`)} />
    </footer>
  )
}
