// Changes that hold, beside similar incidents that happened since: whether they worked there is asked one by one.
import { useSignal } from '@preact/signals'
import { date } from '../../kernel/clock'
import { useDevice } from '../../kernel/device'
import { t, word } from '../../kernel/i18n'
import { follow } from '../../kernel/router'
import { shortNumber } from '../intake/number'
import { useSender } from '../sop/send'
import { whereOf } from './findings'
import { Check } from './forms'
import { LEADERS } from './roles'
import type { ToCheck } from './words'

/** `here`: on the page of the similar incident, where the one the finding comes from is named instead. */
export function ToChecks({ rows, here }: { rows: readonly ToCheck[]; here?: boolean }) {
  const device = useDevice()
  const sender = useSender()
  const chosen = useSignal('')
  return (
    <section>
      <h2>{t('review.to-check')}</h2>
      <p class="hint">{t(here ? 'review.to-check-here' : 'review.to-check-how')}</p>
      <p class="said-of" role="status" data-s={sender.heard.value?.refusal ? 'watch' : ''}>
        {sender.heard.value?.words ?? ''}
      </p>
      <ul class="todo checks">
        {rows.map((row) => {
          const key = `${row.finding} ${row.checked_at}`
          return (
            <li key={key}>
              <p>
                <b>{row.text ?? t('journal.erased')}</b>
                <small>
                  {t('review.change-holds', {
                    change: [word('review-change', row.change), row.link].filter(Boolean).join(' '),
                    date: date(row.made_at),
                  })}
                </small>
                <a href={`/tinjauan/${encodeURIComponent(here ? row.incident : row.checked_at)}`} onClick={follow}>
                  {here ? t('review.found-at', { number: shortNumber(row.number) }) : whereOf(row)}
                </a>
              </p>
              {device.may(LEADERS) && chosen.value !== key ? (
                <button type="button" class="btn" onClick={() => (chosen.value = key)}>
                  {t('review.do-check')}
                </button>
              ) : null}
              {chosen.value === key ? (
                <Check
                  finding={row}
                  sender={sender}
                  at={[{ incident: row.checked_at, words: whereOf(row) }]}
                  onDone={() => (chosen.value = '')}
                />
              ) : null}
            </li>
          )
        })}
      </ul>
    </section>
  )
}
