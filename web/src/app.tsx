// Who is signed in sees the screen at the address, anybody else the sign-in; which screens there are stands in `screens.ts`.
import { useEffect } from 'preact/hooks'
import { useDevice } from './kernel/device'
import { go, page, path } from './kernel/router'
import { fetchScreen, homeOf, Opened, screenAt, screens } from './kernel/screens'
import { Unkept } from './look/unkept'
import { BY_LINK, byLink, SCREENS } from './screens'
import { SignIn } from './slices/access/sign-in'
import { ThisDevice } from './slices/access/this-device'
import { MaydayBand } from './slices/dispatch/mayday-band'
import { KeepCards } from './slices/sop/held'
import './look/shell.css'

screens.value = SCREENS

// Most often the address is where one wants to go: its part comes while the node is asked who is signed in.
const first = screenAt(SCREENS, location.pathname)
if (first) void fetchScreen(first).catch(() => {})

export function App() {
  return (
    <>
      <Unkept />
      <Here />
    </>
  )
}

/** What stands at the address. */
function Here() {
  const device = useDevice()
  const { is } = device.standing.value
  const here = path.value
  const session = device.session.value
  const screen = screenAt(SCREENS, here)
  useEffect(() => {
    if (session && !screen) go(homeOf(SCREENS, session)?.path ?? '/perangkat', { replace: true })
  }, [session, screen])
  if (is !== 'in' && byLink(here, page.value)) return <Opened screen={BY_LINK} />
  if (is !== 'in') return here === '/perangkat' ? <ThisDevice /> : is === 'unknown' ? null : <SignIn />
  return (
    <>
      <MaydayBand />
      <KeepCards />
      {screen ? <Opened key={screen.path} screen={screen} /> : null}
    </>
  )
}
