// Where the page begins.
import './look/tokens.css'
import './look/components.css'
import './look/screens.css'
import './look/device.css'
import { render } from 'preact'
import { App } from './app'
import { startClock } from './kernel/clock'
import { DeviceContext, openDevice } from './kernel/device'
import { whoAmI } from './kernel/doors'
import { startLanguage } from './kernel/i18n'
import { startInstalled } from './kernel/installed'
import { startKeys } from './kernel/keys'
import { startRouter } from './kernel/router'
import { openCupboard } from './kernel/shelf'
import { startTheme } from './kernel/theme'
import { laneOf } from './slices/field/orders'

const asked = whoAmI() // needs nothing of what comes below
const words = startLanguage()
startTheme()
startRouter()
startKeys()
startClock()
startInstalled()

const [cupboard] = await Promise.all([openCupboard(), words])
const device = openDevice(cupboard, {
  lane: laneOf,
  smaller: async (command) => (await import('./slices/field/media')).smaller(command),
})
void device.start(asked)

const root = document.getElementById('app')
if (root)
  render(
    <DeviceContext.Provider value={device}>
      <App />
    </DeviceContext.Provider>,
    root,
  )
