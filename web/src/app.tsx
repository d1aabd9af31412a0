// The one place that knows every screen: who is signed in sees the one at the address, anybody else the sign-in.
import { useEffect } from 'preact/hooks'
import { useDevice } from './kernel/device'
import { go, page, path } from './kernel/router'
import { fetchScreen, homeOf, Opened, type Opener, type Screen, screenAt, screens } from './kernel/screens'
import { SignIn } from './slices/access/sign-in'
import { ThisDevice } from './slices/access/this-device'
import { MaydayBand } from './slices/dispatch/mayday-band'
import './look/shell.css'

const DESK = ['call-taker', 'dispatcher', 'shift-leader']
const SCENE = [...DESK, 'crew', 'commander']
const has =
  (...roles: readonly string[]) =>
  (who: Opener) =>
    roles.some((role) => who.roles.includes(role))

/** A device of a station, signed in as itself and riding on no unit. */
const stationDevice = (who: Opener) => who.device === who.account && !('unit' in who && who.unit)

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
    home: (who) => has('crew')(who) && !stationDevice(who),
    load: () => import('./slices/dispatch/unit').then((part) => part.UnitScreen),
  },
  {
    path: '/komando',
    words: 'screen.command',
    roles: SCENE,
    home: has('commander'),
    load: () => import('./slices/field/screen').then((part) => part.CommandScreen),
  },
  {
    path: '/dinding',
    words: 'screen.wall',
    roles: DESK,
    load: () => import('./slices/dispatch/wall').then((part) => part.Wall),
  },
  {
    path: '/penghubung',
    words: 'screen.liaison',
    roles: ['coordinator', 'shift-leader', 'dispatcher'],
    home: (who) => has('coordinator')(who) && !has(...SCENE)(who),
    load: () => import('./slices/liaison/liaison').then((part) => part.Liaison),
  },
  {
    path: '/serah-jaga',
    words: 'screen.shift',
    roles: DESK,
    load: () => import('./slices/dispatch/shift').then((part) => part.ShiftHandover),
  },
  {
    path: '/slip',
    words: 'paper.title',
    roles: DESK,
    load: () => import('./slices/paper/slips').then((part) => part.Slips),
  },
  {
    path: '/pos',
    words: 'paging.station',
    roles: SCENE,
    home: (who) => !has(...DESK)(who) && stationDevice(who),
    load: () => import('./slices/paging/station').then((part) => part.StationPage),
  },
  {
    path: '/saya',
    words: 'paging.mine',
    load: () => import('./slices/paging/mine').then((part) => part.MyCalls),
  },
  // Open to everybody, signed in or not: it says what waits on the device and how to go on.
  { path: '/perangkat', words: 'device.title', load: () => Promise.resolve(ThisDevice) },
]
screens.value = SCREENS

/** The link of an alert opens for who is signed in nowhere: `/saya#alert/turn/proof`. */
const BY_LINK: Screen = {
  path: '/saya/tautan',
  words: 'paging.mine',
  load: () => import('./slices/paging/mine').then((part) => part.ByLink),
}
const byLink = (here: string, hash: string) => here === '/saya' && /^[^/]+\/\d+\/[0-9a-f]{32}$/.test(hash)

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
  if (is !== 'in' && byLink(here, page.value)) return <Opened screen={BY_LINK} />
  if (is !== 'in') return here === '/perangkat' ? <ThisDevice /> : is === 'unknown' ? null : <SignIn />
  return (
    <>
      <MaydayBand />
      {screen ? <Opened key={screen.path} screen={screen} /> : null}
    </>
  )
}
