// At an incident of the desk: what the public was told that holds now, and the way to tell it something.
import { ms, now, shortTime } from '../../kernel/clock'
import { useDevice, useView } from '../../kernel/device'
import { t } from '../../kernel/i18n'
import { follow } from '../../kernel/router'
import { Glyph, Icon } from '../../look/symbols'
import { READERS, standingOf, WARNERS } from './rows'

export function WarningLine({ incident }: { incident: string }) {
  return useDevice().may(READERS) ? <Line incident={incident} /> : null
}

function Line({ incident }: { incident: string }) {
  const device = useDevice()
  const rows = useView('warning.of-incident', { incident }, { keep: true }).rows.value
  const holds = rows.filter((one) => standingOf(one, now.value) === 'holds')
  if (!rows.length && !device.may(WARNERS)) return null
  const words = holds.length
    ? holds.map((one) => t('warning.holds-until', { at: shortTime(ms(one.until)) })).join(', ')
    : rows.length
      ? t('warning.none-holds')
      : ''
  return (
    <a class="btn bare" href={`/peringatan/${encodeURIComponent(incident)}`} onClick={follow}>
      {holds.length ? <Glyph name="watch" /> : null}
      {t('warning.title')}
      {words ? `: ${words}` : ''} <Icon name="right" />
    </a>
  )
}
