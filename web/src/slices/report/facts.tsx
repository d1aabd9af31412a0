// What the log wrote of an incident: never typed here; what is wrong is corrected where it was written.
import { useSignal } from '@preact/signals'
import { time } from '../../kernel/clock'
import { useDevice } from '../../kernel/device'
import { t, word } from '../../kernel/i18n'
import { follow } from '../../kernel/router'
import { CLOCKS, type ClockId, sinceCall } from './clocks'
import { responseStrip } from './response-strip'
import { CORRECTORS } from './roles'
import type { Report } from './rows'
import type { Sent } from './sent'
import { CorrectTimes } from './times'

/** Their absence says something; of the others it does not. */
const AWAITED = new Set<string>(['answered', 'dispatched', 'on-the-way', 'arrived', 'ready-to-serve'])

const KEYS = ['wait', 'out', 'go', 'on', 'gap', 'over'] as const

export function Response({ report: { response } }: { report: Report }) {
  const { pieces, max, limit } = responseStrip(response.clocks)
  const style = { '--max': String(max) }
  const used = KEYS.filter((key) => pieces.some((piece) => piece.kind === key))
  const marks = [0, 5, 10, limit]
  return (
    <figure class="response" aria-label={t('reports.strip')}>
      <div class="strip" style={style} aria-hidden="true">
        {pieces.map((piece) => (
          <i
            key={`${piece.kind} ${piece.from}`}
            class={piece.kind}
            style={{ '--a': String(piece.from), '--b': String(piece.to) }}
          />
        ))}
        <i class="lim" style={{ '--a': String(limit) }} />
      </div>
      <div class="scale" style={style} aria-hidden="true">
        {marks.map((minute) => (
          <span key={minute} style={{ '--a': String(minute) }}>
            {minute === limit ? t('time.minutes', { n: minute }) : minute}
          </span>
        ))}
      </div>
      <div class="legend">
        {used.map((key) => (
          <span key={key}>
            <i class={`swatch k-${key}`} />
            {word('report-piece', key)}
          </span>
        ))}
      </div>
    </figure>
  )
}

type FactsProps = { report: Report; sent: Sent }

export function Facts({ report, sent }: FactsProps) {
  const { response } = report
  const correcting = useSignal<ClockId | undefined>(undefined)
  const corrects = useDevice().may(CORRECTORS)
  const zero = response.clocks.answered ?? response.clocks.opened
  const shown = CLOCKS.filter((clock) => response.clocks[clock] !== undefined || AWAITED.has(clock))
  return (
    <>
      <dl class="log2">
        {shown.map((clock) => {
          const at = response.clocks[clock]
          return (
            <div key={clock} class="fact">
              <dt>{word('clock', clock)}</dt>
              {at === undefined ? (
                <dd class="eyes">{t('reports.no-time')}</dd>
              ) : (
                <dd>
                  {time(at)}
                  {response.corrected?.includes(clock) ? <small class="src"> {t('reports.corrected')}</small> : null}
                </dd>
              )}
              <dd class="src">
                {at !== undefined ? (
                  sinceCall(at, zero)
                ) : corrects ? (
                  <button type="button" class="btn" onClick={() => (correcting.value = clock)}>
                    {t('reports.fill')}
                    <span class="sr">: {word('clock', clock)}</span>
                  </button>
                ) : null}
              </dd>
            </div>
          )
        })}
        {response.units?.map((unit) => (
          <div key={`${unit.unit} ${unit.sent_at}`} class="fact">
            <dt>{unit.unit}</dt>
            <dd>
              {[
                unit.clocks.arrived
                  ? t('reports.unit-arrived', { at: time(unit.clocks.arrived) })
                  : t('reports.unit-sent', { at: time(unit.sent_at) }),
                unit.people ? t('reports.n-people', { n: unit.people }) : t('reports.people-not-recorded'),
              ].join(', ')}
            </dd>
            <dd class="src">{unit.station ?? ''}</dd>
          </div>
        ))}
      </dl>
      <div class="bar">
        <CorrectTimes report={report} sent={sent} open={correcting} />
        {correcting.value ? null : <LogLink report={report} />}
      </div>
    </>
  )
}

/** The whole log stands in the review, on its time line. */
const LogLink = ({ report }: { report: Report }) => (
  <a class="btn" href={`/tinjauan/${encodeURIComponent(report.incident)}`} onClick={follow}>
    {t('reports.log')}
  </a>
)
