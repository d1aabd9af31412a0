// PAR of all or of one sector: who was asked, what each crew answered, who is missing.
import { useSignal } from '@preact/signals'
import { ms, now, span, time } from '../../kernel/clock'
import { t } from '../../kernel/i18n'
import { Glyph, Icon } from '../../look/symbols'
import { useCallPar } from './calling'
import { ParAsk } from './crew-card'
import { answerTo, here, meant } from './figures'
import { parWord } from './par-words'
import type { Board, Crew } from './rows'
import { crewName, sectorName, useScene } from './scene'
import { Big, Sheet } from './sheet'

export function ParSheet({ id }: { id: string }) {
  const { row, close } = useScene()
  const call = useCallPar()
  const par = row.pars.find((one) => one.par === id) ?? [...row.pars].sort((a, b) => ms(b.at) - ms(a.at))[0]
  const sector = useSignal('')
  return (
    <Sheet
      title={par ? t('field.par-title', { where: sectorName(row, par.sector) }) : 'PAR'}
      {...(par && { more: t('field.par-called', { at: time(par.at), span: span(now.value - ms(par.at)) }) })}
      onClose={close}
      foot={
        <button type="button" class="btn touch" onClick={() => call(sector.value)}>
          {t('field.par-call', { where: sectorName(row, sector.value) })}
        </button>
      }
    >
      {par ? <Answers row={row} par={par} /> : <p class="none">{t('field.par-none')}</p>}
      <Big
        label={t('field.par-new')}
        value={sector.value}
        of={[['', t('field.whole-scene')], ...row.sectors.map((one) => [one.sector, one.name] as const)]}
        onPick={(to) => (sector.value = to)}
      />
    </Sheet>
  )
}

function Answers({ row, par }: { row: Board; par: Board['pars'][number] }) {
  const crews = row.crews.filter((crew) => meant(crew, par.sector))
  const answered = crews.filter((crew) => answerTo(crew, par.par))
  return (
    <section>
      <p class="figure">
        {answered.length} <small>{t('field.par-of-crews', { n: crews.length })}</small>
      </p>
      <ul class="par-list">
        {crews
          .filter((crew) => !answerTo(crew, par.par))
          .map((crew) => (
            <li key={crew.crew}>
              <b>{crewName(crew)}</b>
              <span>{t('field.par-waits')}</span>
              <ParAsk crew={crew} par={par.par} onDone={() => {}} />
            </li>
          ))}
        {answered.map((crew) => (
          <Answered key={crew.crew} crew={crew} par={par.par} />
        ))}
      </ul>
      {row.crews.filter(here).length === 0 ? <p class="none">{t('field.nobody-here')}</p> : null}
    </section>
  )
}

/** What a crew said; it may say otherwise, both stay in the log. */
function Answered({ crew, par }: { crew: Crew; par: string }) {
  const again = useSignal(false)
  const answer = answerTo(crew, par)
  if (!answer) return null
  const good = answer.result === 'complete'
  return (
    <li class={good ? 'ok' : ''}>
      <b>
        {good ? <Icon name="check" /> : <Glyph name="watch" />} {crewName(crew)}
      </b>
      <span>
        {parWord(answer.result)}
        {answer.present === null ? '' : ` ${answer.present}/${crew.people}`} · {time(answer.seen.at)}
      </span>
      {again.value ? (
        <ParAsk crew={crew} par={par} onDone={() => (again.value = false)} />
      ) : (
        <button type="button" class="btn bare" onClick={() => (again.value = true)}>
          {t('field.correct')}
        </button>
      )}
    </li>
  )
}
