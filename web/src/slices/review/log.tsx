// The journal of the incident: what had been written until the moment, and in grey what was still to come.
import { useEffect, useRef } from 'preact/hooks'
import { time } from '../../kernel/clock'
import { t } from '../../kernel/i18n'
import type { Entry } from '../dispatch/journal'
import type { Player } from './player'

type Props = { number: string; entries: readonly Entry[]; player: Player }

export function Log({ number, entries, player }: Props) {
  const at = player.at.value
  const here = entries.find((entry) => entry.at <= at)
  const box = useRef<HTMLDivElement>(null)
  const key = here?.key
  // The entry of the moment stays in sight inside its box; the page itself never moves under the reader.
  useEffect(() => {
    const node = box.current
    const line = node?.querySelector<HTMLElement>('[aria-current]')
    if (node && line) node.scrollTop = line.offsetTop - node.clientHeight / 2
  }, [key, entries.length])
  const corrected = entries.filter((entry) => entry.was).length
  return (
    <div class="jr">
      <div class="head">
        <h2>{t('journal.title', { number })}</h2>
        <span>{t('review.entries', { n: entries.length, corrected })}</span>
      </div>
      {/* biome-ignore lint/a11y/noNoninteractiveTabindex: what scrolls has to be reached by keys */}
      <div class="box" ref={box} tabIndex={0} role="region" aria-label={t('journal.title', { number })}>
        <ol class="log" reversed>
          {entries.map((entry) => (
            <li
              key={entry.key}
              class={entry.at > at ? 'next' : ''}
              {...(entry === here && { 'aria-current': 'time' as const })}
            >
              <button
                type="button"
                class="when"
                aria-label={t('review.go-to', { time: time(entry.at) })}
                onClick={() => player.seek(entry.at)}
              >
                {time(entry.at)}
              </button>
              <span>
                {entry.was ? (
                  <>
                    <del>{entry.was}</del>{' '}
                  </>
                ) : null}
                {entry.mark ? <b class="mark">{entry.text}</b> : entry.text}
                {entry.who ? <span class="who"> · {entry.who}</span> : null}
              </span>
            </li>
          ))}
        </ol>
      </div>
    </div>
  )
}
