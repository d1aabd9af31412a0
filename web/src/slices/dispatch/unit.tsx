// Armada: one incident, the way there, what waits, and four big acts under the thumb. For gloves, one hand, no network.
import { useSignal } from '@preact/signals'
import { useEffect } from 'preact/hooks'
import { useDevice } from '../../kernel/device'
import { language, t } from '../../kernel/i18n'
import { LineMark } from '../../look/line-mark'
import { Menu } from '../access/menu'
import { useStandardsView } from '../intake/standards'
import { enrolledUnit, ownUnit } from './own-unit'
import { PickUnit } from './unit-pick'
import { AtRest } from './unit-rest'
import { OnTrip } from './unit-trip'
import { useTrip } from './use-trip'
import '../../look/unit.css'

export function UnitScreen() {
  const device = useDevice()
  const own = ownUnit(device)
  const choosing = useSignal(false)
  useStandardsView()
  useEffect(() => {
    document.title = `${own ?? t('screen.unit')} · Siaga`
  }, [own, language.value])
  const change = enrolledUnit(device.session.value) ? undefined : () => (choosing.value = true)
  if (!own || choosing.value) return <PickUnit own={own} onDone={() => (choosing.value = false)} />
  return <Own key={own} own={own} onChange={change} />
}

function Own({ own, onChange }: { own: string; onChange: (() => void) | undefined }) {
  const { trip, base, standards, open } = useTrip(own)
  const { unit, row, incident } = trip
  return (
    <div class="trip" data-mode="field" data-at={incident ? 'trip' : 'rest'}>
      <header class="top">
        <Menu />
        <b>{own}</b>
        <span class="cut">
          {unit
            ? [standards.vehicle(unit.vehicle_type), unit.people ? t('unit.crew', { n: unit.people }) : '']
                .filter(Boolean)
                .join(' · ')
            : ''}
        </span>
        <LineMark />
      </header>
      {unit && row && incident ? (
        <OnTrip trip={trip} unit={unit} row={row} incident={incident} base={base} standards={standards} />
      ) : (
        <AtRest own={own} trip={trip} standards={standards} open={open.value} onChange={onChange} />
      )}
    </div>
  )
}
