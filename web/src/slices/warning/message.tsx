// One message to the public: what it says, whether it holds, and what may be done with it.
import { date, ms, now, shortTime } from '../../kernel/clock'
import { useView } from '../../kernel/device'
import { t, word } from '../../kernel/i18n'
import { Glyph } from '../../look/symbols'
import { areasOf, wordsOf } from './area'
import { fileOf, type Message, standingOf } from './rows'

const at = (moment: string) => `${date(ms(moment))} ${shortTime(ms(moment))}`

export function MessageCard({ one, onUpdate, onCancel }: { one: Message; onUpdate?(): void; onCancel?(): void }) {
  const names = useView('access.names', {}, { keep: true }).rows.value
  const gone = t('journal.erased')
  const ends = one.kind === 'cancel'
  const by = names.find((name) => name.actor === one.actor)?.name ?? one.actor
  const told = [one.identifier, t('warning.sent-by', { at: at(one.at), by })]
  const grades = [
    word('warning-response', one.response),
    word('warning-urgency', one.urgency),
    word('warning-severity', one.severity),
    word('warning-certainty', one.certainty),
  ]
  return (
    <article class="message" data-s={standingOf(one, now.value)}>
      <div class="stands">
        <Stands one={one} />
        {one.exercise ? <span class="chip plan drill">{t('incident.exercise')}</span> : null}
        <h3 lang="id">{one.headline ?? gone}</h3>
      </div>
      <p lang="id">{one.description ?? gone}</p>
      {one.instruction ? <p lang="id">{one.instruction}</p> : null}
      {one.headline_en || one.description_en ? (
        <details>
          <summary>{t('warning.in-english')}</summary>
          <p lang="en">
            <b>{one.headline_en ?? gone}</b>
          </p>
          <p lang="en">{one.description_en ?? gone}</p>
          {one.instruction_en ? <p lang="en">{one.instruction_en}</p> : null}
        </details>
      ) : null}
      {ends ? null : (
        <small>
          {[one.area ?? gone, ...areasOf(one).map(wordsOf)].join('; ')} · {grades.join(' · ')}
        </small>
      )}
      <small>{told.join(' · ')}</small>
      <div class="acts">
        <a class="btn" href={fileOf(one)} download={`${one.identifier}.xml`}>
          {t('warning.save-cap')}
        </a>
        {onUpdate ? (
          <button type="button" class="btn" onClick={onUpdate}>
            {t('warning.update')}
          </button>
        ) : null}
        {onCancel ? (
          <button type="button" class="btn" onClick={onCancel}>
            {t('warning.cancel')}
          </button>
        ) : null}
      </div>
    </article>
  )
}

const ENDED = {
  replaced: 'warning.is-replaced',
  cancelled: 'warning.is-cancelled',
  over: 'warning.is-over',
  end: 'warning.is-end',
} as const

function Stands({ one }: { one: Message }) {
  const standing = standingOf(one, now.value)
  if (standing === 'holds')
    return (
      <span class="chip" data-s="watch">
        <Glyph name="watch" /> {t('warning.holds-until', { at: at(one.until) })}
      </span>
    )
  return <span class="chip line">{t(ENDED[standing], { at: at(one.until) })}</span>
}
