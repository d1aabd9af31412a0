// The text of a card where it is followed: for who has a moment to read why it is so.
import { signal, useSignal } from '@preact/signals'
import type { ComponentType } from 'preact'
import { t } from '../../kernel/i18n'
import type { OpenCard } from './at-incident'
import { Links } from './links'

/** What draws a text comes with the first one that is opened: the board and the desk need none. */
const drawing = signal<ComponentType<{ text: string }> | undefined>(undefined)

export function Why({ card: { body, links } }: { card: Pick<OpenCard, 'body' | 'links'> }) {
  const open = useSignal(false)
  const Drawn = drawing.value
  if (!body && !links.length) return null
  const toggled = (now: boolean) => {
    open.value = now
    if (now) void import('./markdown').then((part) => (drawing.value = part.Markdown))
  }
  return (
    <details class="sop-why" onToggle={(event) => toggled(event.currentTarget.open)}>
      <summary class="btn">{t('sop.why-so')}</summary>
      {open.value ? (
        <div class="under">
          {Drawn ? <Drawn text={body} /> : null}
          <Links of={links} />
        </div>
      ) : null}
    </details>
  )
}
