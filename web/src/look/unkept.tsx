// Above every screen while something that waits could not be written down here: it would be lost with the page.
import { useSignal } from '@preact/signals'
import { useEffect } from 'preact/hooks'
import { useDevice } from '../kernel/device'
import { t } from '../kernel/i18n'
import { Icon } from './symbols'

/** What is sent within this time needs no words. */
const AFTER_MS = 700

export function Unkept() {
  const unkept = useDevice().outbox.unkept.value
  const said = useSignal(false)
  useEffect(() => {
    if (!unkept) said.value = false
    const timer = setTimeout(() => (said.value = unkept), AFTER_MS)
    return () => clearTimeout(timer)
  }, [unkept])
  useEffect(() => {
    document.documentElement.toggleAttribute('data-unkept', said.value)
  }, [said.value])
  return said.value ? (
    <p class="unkept" role="alert">
      <Icon name="hand" /> {t('line.unkept')}
    </p>
  ) : null
}
