// The head of the board: which incident, who commands, the line to the node, and the clock; on a phone what is due next.
import { ms, now, shortTime, span } from '../../kernel/clock'
import { t } from '../../kernel/i18n'
import type { LiveView } from '../../kernel/live'
import { go } from '../../kernel/router'
import { CopyAge } from '../../look/copy'
import { LineMark } from '../../look/line-mark'
import { Icon, Sym } from '../../look/symbols'
import { shortNumber } from '../intake/number'
import { useStandards } from '../intake/standards'
import { turnBackAt } from './airs'
import { SOON_MS } from './crew-card'
import { nextDeadline } from './figures'
import type { Board } from './rows'
import { crewName, useScene } from './scene'

/** Hours of an incident are written whole: it may last the night. */
export function hours(elapsed: number): string {
  const s = Math.max(0, Math.floor(elapsed / 1000))
  const two = (n: number) => String(n).padStart(2, '0')
  return `${two(Math.floor(s / 3600))}:${two(Math.floor((s % 3600) / 60))}:${two(s % 60)}`
}

export function Top({ of, small }: { of: LiveView<Board>; small: boolean }) {
  const { row, open } = useScene()
  const words = useStandards()
  const started = ms(row.answered_at)
  return (
    <header class={small ? 'top small' : 'top'}>
      <button type="button" class="pick-scene" onClick={() => go('/komando')} aria-label={t('field.choose')}>
        <Sym kind={words.letterOf(row.type)} {...(row.exercise && { look: 'drill' as const })} />
      </button>
      <div class="title">
        <h1 class="cut">
          {shortNumber(row.number)} {row.type ? words.nameOf(row.type) : t('incident.untyped')}
        </h1>
        <p class="cut">
          {row.exercise ? <b>{t('incident.exercise')} · </b> : null}
          {[row.place, t('incident.level', { n: row.level })].filter(Boolean).join(' · ')}
          {row.channel ? (
            <button type="button" class="channel" onClick={() => open('kanal')}>
              <Icon name="radio" /> {row.channel}
            </button>
          ) : null}
        </p>
      </div>
      <div class="meta">
        {row.commander ? (
          <button type="button" class="who-commands" onClick={() => open('susunan')}>
            {t('field.commander')} <b>{row.commander.holder}</b>{' '}
            <span class="since">{t('field.since', { at: shortTime(row.commander.since) })}</span>
          </button>
        ) : (
          <b class="eyes">{t('field.nobody-commands')}</b>
        )}
        <CopyAge of={of} />
        <LineMark others />
      </div>
      <div class="clock l" role="timer" aria-label={t('field.clock')}>
        {hours(now.value - started)}
      </div>
      <Due />
    </header>
  )
}

/** The next deadline stands beside the clock where the cards do not all fit. */
function Due() {
  const { row, std } = useScene()
  const next = nextDeadline(row, std.every, (crew) => turnBackAt(crew, std, now.value))
  if (!next) return null
  const left = next.at - now.value
  const name = crewName(next.crew)
  return (
    <div class="due">
      <small>
        {left < 0
          ? t(next.kind === 'par' ? 'field.due-par-over' : 'field.due-air-over', { crew: name })
          : t(next.kind === 'par' ? 'field.due-par' : 'field.due-air', { crew: name })}
      </small>
      <div class="clock" data-s={left < 0 ? 'late' : left < SOON_MS ? 'watch' : undefined}>
        {span(Math.abs(left))}
      </div>
    </div>
  )
}
