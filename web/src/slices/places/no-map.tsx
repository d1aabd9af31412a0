// What stands where a map will be, or would be if this node had one.
import { t } from '../../kernel/i18n'
import type { Base } from './base'

export const NoMap = ({ base }: { base: Pick<Base, 'failed'> }) => (
  <section class="map" aria-label={t('map.title')} aria-busy={!base.failed.value}>
    <p class="mapless">{t(base.failed.value ? 'map.none' : 'desk.loading')}</p>
  </section>
)
