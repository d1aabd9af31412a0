// The line to the node where a screen has no command line: word, age of the picture, and what waits to be sent.
import { ago } from '../kernel/age'
import { lineOf, useDevice } from '../kernel/device'
import { t } from '../kernel/i18n'
import { Glyph, Icon } from './symbols'

export function LineMark() {
  const { line, ageMs, waiting, met, pictureAt } = lineOf(useDevice())
  const up = line === 'connected'
  const away = met ? 'line.lost' : pictureAt ? 'line.offline' : 'line.connecting'
  const word = up ? 'line.connected' : line === 'connecting' ? 'line.connecting' : away
  const more = [pictureAt ? ago(ageMs) : '', waiting ? t('line.waiting', { n: waiting }) : ''].filter(Boolean)
  return (
    <span class="link" data-s={up && !waiting ? '' : 'watch'}>
      {up ? <Glyph name="dot" hue="scene" /> : <Icon name="off" />}
      <b role="status">{t(word)}</b>
      {more.length ? <span>{more.join(' · ')}</span> : null}
    </span>
  )
}
