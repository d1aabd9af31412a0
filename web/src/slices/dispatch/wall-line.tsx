// From four metres: connected, or how old the picture is. It stands in the same corner whatever else the top says.
import { ago } from '../../kernel/age'
import { now, shortTime, time } from '../../kernel/clock'
import { lineOf, useDevice } from '../../kernel/device'
import { t } from '../../kernel/i18n'
import { Glyph, Icon } from '../../look/symbols'

function Line() {
  const { line, ageMs, pictureAt } = lineOf(useDevice())
  const up = line === 'connected'
  return (
    <span class="link" data-s={up ? '' : 'watch'} role="status">
      {up ? <Glyph name="dot" hue="scene" /> : <Icon name="off" size="l" />}
      <b>
        {up
          ? t('line.connected')
          : pictureAt
            ? `${t('line.picture-of', { at: shortTime(pictureAt) })}, ${ago(ageMs)}`
            : t('line.connecting')}
      </b>
    </span>
  )
}

/** The line to the node and the hour. */
export function Stand() {
  return (
    <div class="end stand-of">
      <Line />
      <span class="wall" aria-live="off">
        {time(now.value)}
      </span>
    </div>
  )
}
