// Others at the scene: who was asked, answered, is on the way or there; who would usually be asked.
import { ms, shortTime } from '../../kernel/clock'
import { t, word } from '../../kernel/i18n'
import { useStandards } from '../intake/standards'
import type { Step } from './acts'
import type { IncidentRow } from './views'

type Props = { row: IncidentRow; typed: readonly string[]; onAsk(other: string, step: Step): void }

const AFTER: Readonly<Record<string, readonly Step[]>> = {
  asked: ['answered', 'declined'],
  answered: ['on-the-way', 'arrived'],
  'on-the-way': ['arrived'],
  arrived: ['left'],
}

export function Agencies({ row, typed, onAsk }: Props) {
  const standards = useStandards()
  const known = Object.entries(row.others).map(([other, steps]) => {
    const last = Object.entries(steps)
      .sort((a, b) => ms(a[1]) - ms(b[1]))
      .at(-1)
    return { other, step: last?.[0] ?? 'asked', at: last?.[1] }
  })
  const proposed = [...new Set([...row.others_proposed, ...typed])].filter((other) => !(other in row.others))
  if (!known.length && !proposed.length) return null
  return (
    <section class="panel" aria-labelledby="others-head">
      <div class="head">
        <h2 id="others-head">{t('others.title')}</h2>
      </div>
      <ul class="others">
        {known.map(({ other, step, at }) => (
          <li key={other} class="row agy">
            <span class="code">{standards.other(other)}</span>
            <span class="faint">{t('others.since', { step: word('step', step), at: at ? shortTime(at) : '' })}</span>
            <span class="said-acts">
              {(AFTER[step] ?? []).map((next) => (
                <button type="button" key={next} class="btn bare" onClick={() => onAsk(other, next)}>
                  {word('step', next)}
                </button>
              ))}
            </span>
          </li>
        ))}
        {proposed.map((other) => (
          <li key={other} class="row agy">
            <span class="code">{standards.other(other)}</span>
            <span class="faint">{t('others.proposed')}</span>
            <button
              type="button"
              class="btn bare"
              aria-label={`${t('others.ask')} ${standards.other(other)}`}
              onClick={() => onAsk(other, 'asked')}
            >
              {t('others.ask')}
            </button>
          </li>
        ))}
      </ul>
    </section>
  )
}
