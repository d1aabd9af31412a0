// The one place that knows every screen: who is signed in sees the one at the address, anybody else the sign-in.
import { useEffect } from 'preact/hooks'
import { useDevice } from './kernel/device'
import { go, path } from './kernel/router'
import { fetchScreen, homeOf, Opened, type Opener, type Screen, screenAt, screens } from './kernel/screens'
import { SignIn } from './slices/access/sign-in'
import { ThisDevice } from './slices/access/this-device'
import './look/shell.css'

const DESK = ['call-taker', 'dispatcher', 'shift-leader']
const SCENE = [...DESK, 'crew', 'commander']
const has =
  (...roles: readonly string[]) =>
  (who: Opener) =>
    roles.some((role) => who.roles.includes(role))

/** In the order of the menu; each is a part of the application of its own, loaded when it is first opened. */
const SCREENS: readonly Screen[] = [
  {
    path: '/meja',
    also: ['/panggilan'],
    words: 'desk.title',
    home: has(...DESK),
    load: () => import('./slices/dispatch/desk').then((part) => part.Desk),
  },
  {
    path: '/armada',
    words: 'screen.unit',
    roles: SCENE,
    home: has('crew'),
    load: () => import('./slices/dispatch/unit').then((part) => part.UnitScreen),
  },
  {
    path: '/slip',
    words: 'paper.title',
    roles: DESK,
    load: () => import('./slices/paper/slips').then((part) => part.Slips),
  },
  // Open to everybody, signed in or not: it says what waits on the device and how to go on.
  { path: '/perangkat', words: 'device.title', load: () => Promise.resolve(ThisDevice) },
]
screens.value = SCREENS

// Most often the address is where one wants to go: its part comes while the node is asked who is signed in.
const first = screenAt(SCREENS, location.pathname)
if (first) void fetchScreen(first).catch(() => {})

export function App() {
  const device = useDevice()
  const { is } = device.standing.value
  const here = path.value
  const session = device.session.value
  const screen = screenAt(SCREENS, here)
  useEffect(() => {
    if (session && !screen) go(homeOf(SCREENS, session)?.path ?? '/perangkat', { replace: true })
  }, [session, screen])
  if (here === '/perangkat') return <ThisDevice />
  if (is === 'unknown') return null
  if (is !== 'in') return <SignIn />
  return screen ? <Opened key={screen.path} screen={screen} /> : null
}
