// Which unit this device rides on: asked once, remembered on the device.
import { useDevice, useView } from '../../kernel/device'
import { t } from '../../kernel/i18n'
import { LineMark } from '../../look/line-mark'
import { Menu } from '../access/menu'
import { useStandards } from '../intake/standards'
import { chooseUnit } from './own-unit'

export function PickUnit({ own, onDone }: { own: string | undefined; onDone(): void }) {
  const device = useDevice()
  const standards = useStandards()
  const board = useView('dispatch.board', {}, { keep: true })
  const stations = useView('dispatch.stations', {}, { keep: true })
  const nameOf = (id: string) => stations.rows.value.find((row) => row.station === id)?.name ?? id
  const homes = [...new Set(board.rows.value.map((row) => row.station))]
  return (
    <div class="trip pick-unit" data-mode="field">
      <header class="top">
        <Menu />
        <span class="cut">{device.session.value?.name}</span>
        <LineMark />
      </header>
      <main>
        <h1>{t('trip.which')}</h1>
        <p class="quiet">{t('trip.which-more')}</p>
        {homes.map((home) => (
          <section key={home} aria-label={nameOf(home)}>
            <h2>{nameOf(home)}</h2>
            <ul>
              {board.rows.value
                .filter((row) => row.station === home)
                .map((row) => (
                  <li key={row.unit}>
                    <button
                      type="button"
                      class="btn touch"
                      aria-pressed={row.unit === own}
                      onClick={() => {
                        chooseUnit(row.unit)
                        onDone()
                      }}
                    >
                      <b>{row.unit}</b> {standards.vehicle(row.vehicle_type)}
                    </button>
                  </li>
                ))}
            </ul>
          </section>
        ))}
        {own ? (
          <button type="button" class="btn touch bare" onClick={onDone}>
            {t('do.back')}
          </button>
        ) : null}
      </main>
    </div>
  )
}
