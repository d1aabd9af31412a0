// What of a card is for people beside its steps, and where it came from when no node answers.
import { ago } from '../../kernel/age'
import { date, now, shortTime } from '../../kernel/clock'
import { useDevice } from '../../kernel/device'
import { clockOffset } from '../../kernel/doors'
import { t } from '../../kernel/i18n'
import type { LiveView } from '../../kernel/live'
import { Glyph } from '../../look/symbols'
import { useStandards } from '../intake/standards'
import type { Held } from './applies'
import type { Link, Step } from './at-incident'
import { Links } from './links'
import { Markdown } from './markdown'
import { StepList } from './step-list'
import { overdueSince, triggerWords } from './words'

/** Its steps as they are read. */
export const CardSteps = ({ steps }: { steps: readonly Step[] }) => (
  <>
    <h2>{t('sop.steps', { n: steps.length })}</h2>
    <StepList steps={steps} />
  </>
)

/** Why it is so, and the names of the documents behind it. */
export const CardText = ({ body, links }: { body: string; links: readonly Link[] }) => (
  <>
    {body ? (
      <>
        <h2>{t('sop.why-so')}</h2>
        <Markdown text={body} />
      </>
    ) : null}
    <Links of={links} />
  </>
)

/** When it opens by itself, and when it is to be looked at again. */
export function CardDates({ triggers = [], review = null }: Pick<Held['front'], 'triggers' | 'review'>) {
  const standards = useStandards()
  const overdue = overdueSince({ review })
  return (
    <>
      <section>
        <h2>{t('sop.opens')}</h2>
        <ul class="plain">
          {triggers.map((trigger, n) => (
            <li key={n}>{triggerWords(trigger, standards)}</li>
          ))}
        </ul>
        {triggers.length ? null : <p class="hint">{t('sop.by-hand')}</p>}
      </section>
      <section>
        <h2>{t('sop.review')}</h2>
        <p class={overdue ? 'eyes' : ''}>
          {[review ? date(`${review}T12:00:00Z`) : t('sop.no-review'), overdue].filter(Boolean).join(' · ')}
        </p>
      </section>
    </>
  )
}

/** While no node answers: what is read lies on this device, and how old it is. */
export function KeptAt({ of }: { of: Pick<LiveView<unknown>, 'at' | 'state'> }) {
  const { feed } = useDevice()
  const at = of.at.value
  if (feed.line.value === 'connected' || of.state.value === 'loading' || !at) return null
  const there = at + clockOffset.value
  return (
    <p class="kept-at" data-s="watch">
      <Glyph name="watch" />{' '}
      {t('sop.kept-at', { at: `${date(there)} ${shortTime(there)}`, ago: ago(Math.max(0, now.value - at)) })}
    </p>
  )
}
