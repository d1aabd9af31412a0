// The crew's own switch: whether this device says where the unit is. Off until they say yes.
import { t } from '../../kernel/i18n'
import { Icon } from '../../look/symbols'
import { share, sharing } from './own-unit'
import type { Sharing } from './use-position'

export function ShareSwitch({ state }: { state?: Sharing }) {
  const on = sharing()
  const trouble = state === 'refused' ? 'trip.share-refused' : state === 'none' ? 'trip.share-none' : undefined
  return (
    <button type="button" class="btn touch share" role="switch" aria-checked={on} onClick={() => share(!on)}>
      <Icon name="pin" />
      <span>
        {t(on ? 'trip.share-on' : 'trip.share-off')}
        <small>{t(trouble ?? 'trip.share-why')}</small>
      </span>
    </button>
  )
}
