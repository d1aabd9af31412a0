// What a screen shows when it may not be the present: nothing was ever seen here, or it is a copy with an age of its own.
import { ago } from '../kernel/age'
import { date, now, shortTime } from '../kernel/clock'
import { useDevice } from '../kernel/device'
import { clockOffset } from '../kernel/doors'
import { t } from '../kernel/i18n'
import type { LiveView, ViewState } from '../kernel/live'
import { Icon } from './symbols'

/** A copy that is older than the last word of the node by more than this says its own age (ms). */
const OLDER_MS = 60_000

type Looked = { readonly state: LiveView<unknown>['state']; readonly at: LiveView<unknown>['at'] }

/** It was never seen here: an empty list says nothing then. */
export const unseen = (view: Pick<Looked, 'state'>) => view.state.value === 'loading' || view.state.value === 'failed'

/** In the place of "there is none": it comes, or this device never had it. */
export function NoCopy({ state }: { state: ViewState }) {
  const { feed } = useDevice()
  if (state !== 'failed') return <p class="no-copy quiet">{t('desk.loading')}</p>
  const up = feed.line.value === 'connected'
  return (
    <p class="no-copy" role="status">
      <Icon name={up ? 'hand' : 'off'} />
      <span>
        <b>{t(up ? 'copy.not-given' : 'copy.none')}</b> {t(up ? 'copy.not-given-more' : 'copy.none-more')}
      </span>
    </p>
  )
}

/** The age of a view, where it is older than what the line says of this device. */
export function CopyAge({ of }: { of: Looked }) {
  const device = useDevice()
  const at = of.at.value
  if (of.state.value !== 'stored' || device.confirmedAt.value - at < OLDER_MS) return null
  const was = at + clockOffset.value
  const hour = date(was) === date(now.value) ? shortTime(was) : `${date(was)} ${shortTime(was)}`
  return (
    <span class="copy-age" role="status">
      <Icon name="wait" /> {t('copy.of', { at: hour, ago: ago(now.value - was) })}
    </span>
  )
}
