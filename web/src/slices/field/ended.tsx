// A board whose incident is over says so above everything it shows, and who is still inside.
import { t } from '../../kernel/i18n'
import { Icon } from '../../look/symbols'
import { insideOf } from './held-boards'
import { useScene } from './scene'

export function EndedLine() {
  const { row } = useScene()
  if (row.state === 'open') return null
  const inside = insideOf(row)
  return (
    <p class="ended-line" role="status" data-inside={inside || undefined}>
      <Icon name={inside ? 'warn' : 'check'} />
      <span>
        <b>{t(row.state === 'cancelled' ? 'field.is-cancelled' : 'field.is-closed')}</b>
        {inside ? ` ${t('field.ended-inside', { n: inside })}` : ''}
      </span>
    </p>
  )
}
