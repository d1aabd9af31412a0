// Which screens there are, in whose menu they stand, and whose home they are.
import type { Opener, Screen } from './kernel/screens'
import { UnsentMark, UnsentNote } from './slices/report/unsent'

const DESK = ['call-taker', 'dispatcher', 'shift-leader']
const SCENE = [...DESK, 'crew', 'commander']
const has =
  (...roles: readonly string[]) =>
  (who: Opener) =>
    roles.some((role) => who.roles.includes(role))

/** A device of a station, signed in as itself and riding on no unit. */
const stationDevice = (who: Opener) => who.device === who.account && !('unit' in who && who.unit)

/** In the order of the menu; each is a part of the application of its own, loaded when it is first opened. */
export const SCREENS: readonly Screen[] = [
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
    home: (who) => has('crew')(who) && !has('commander')(who) && !stationDevice(who),
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
  {
    path: '/laporan',
    words: 'screen.report',
    roles: ['reporter', 'shift-leader', 'commander', 'administrator', 'planner', 'trainer', 'coordinator'],
    home: (who) => has('reporter')(who) && !has(...SCENE)(who),
    note: UnsentNote,
    mark: UnsentMark,
    load: () => import('./slices/report/screen').then((part) => part.ReportScreen),
  },
  {
    path: '/sop',
    words: 'screen.sop',
    roles: [...SCENE, 'reporter', 'trainer', 'planner', 'coordinator', 'administrator'],
    home: (who) => has('planner', 'trainer')(who) && !has(...SCENE)(who),
    load: () => import('./slices/sop/screen').then((part) => part.SopScreen),
  },
  {
    path: '/tinjauan',
    words: 'review.title',
    roles: [...SCENE, 'reporter', 'trainer', 'planner', 'coordinator', 'administrator'],
    load: () => import('./slices/review/screen').then((part) => part.ReviewScreen),
  },
  {
    path: '/peringatan',
    words: 'warning.title',
    roles: [...SCENE, 'reporter', 'trainer', 'planner', 'coordinator', 'administrator'],
    load: () => import('./slices/warning/screen').then((part) => part.WarningScreen),
  },
  {
    path: '/pengaturan',
    words: 'accounts.title',
    roles: ['administrator'],
    load: () => import('./slices/access/settings').then((part) => part.Settings),
  },
  // Open to everybody, signed in or not: it says what waits on the device and how to go on.
  {
    path: '/perangkat',
    words: 'device.title',
    load: () => import('./slices/access/this-device').then((part) => part.ThisDevice),
  },
]

/** The link of an alert opens for who is signed in nowhere: `/saya#alert/turn/proof`. */
export const BY_LINK: Screen = {
  path: '/saya/tautan',
  words: 'paging.mine',
  load: () => import('./slices/paging/mine').then((part) => part.ByLink),
}
export const byLink = (here: string, hash: string) => here === '/saya' && /^[^/]+\/\d+\/[0-9a-f]{32}$/.test(hash)
