// The line to the node where a screen has no command line: word, age of the picture, and what waits to be sent.
import { ago } from '../kernel/age'
import { lineOf, useDevice } from '../kernel/device'
import { t } from '../kernel/i18n'
import { Glyph, Icon } from './symbols'

/** `others`: where several people use one device in turn, also what waits for somebody else to come back to it. */
export function LineMark({ others = false }: { others?: boolean }) {
  const device = useDevice()
  const { line, ageMs, waiting, met, pictureAt } = lineOf(device)
  const theirs = others ? device.outbox.others.value.length : 0
  const more = beside({ ageMs: pictureAt ? ageMs : undefined, waiting, theirs })
  const up = line === 'connected'
  const away = met ? 'line.lost' : pictureAt ? 'line.offline' : 'line.connecting'
  const word = up ? 'line.connected' : line === 'connecting' ? 'line.connecting' : away
  return (
    <span class="link" data-s={up && !waiting ? '' : 'watch'}>
      {up ? <Glyph name="dot" hue="scene" /> : <Icon name="off" />}
      <b role="status">{t(word)}</b>
      {more.length ? <span>{more.join(' · ')}</span> : null}
    </span>
  )
}

/** The age of the picture, what waits, and what waits for somebody else: each where there is some. */
export function beside({ ageMs, waiting, theirs }: { ageMs: number | undefined; waiting: number; theirs: number }) {
  return [
    ageMs === undefined ? '' : ago(ageMs),
    waiting ? t('line.waiting', { n: waiting }) : '',
    theirs ? t('line.others', { n: theirs }) : '',
  ].filter(Boolean)
}
