// The one place that knows every screen: who is signed in sees the desk, anybody else the sign-in.

import { useEffect } from 'preact/hooks'
import { useDevice } from './kernel/device'
import { go, path } from './kernel/router'
import { SignIn } from './slices/access/sign-in'
import { ThisDevice } from './slices/access/this-device'
import { Desk } from './slices/dispatch/desk'

const DESK = ['/meja', '/panggilan']
/** Open to everybody, signed in or not: it says what waits on the device and how to go on. */
const DEVICE = '/perangkat'

export function App() {
  const device = useDevice()
  const { is } = device.standing.value
  const here = path.value
  useEffect(() => {
    if (is === 'in' && ![...DESK, DEVICE].includes(here)) go('/meja', { replace: true })
  }, [is, here])
  if (here === DEVICE) return <ThisDevice />
  if (is === 'unknown') return null
  return is === 'in' ? <Desk /> : <SignIn />
}
