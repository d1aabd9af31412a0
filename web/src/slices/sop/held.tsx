// Every card that holds lies on the device, so that those of an incident open without network too, also of one whose
// cards were never looked at here.
import { useDevice, useView } from '../../kernel/device'

export const useHeld = () => useView('sop.held', {}, { keep: true, later: true })

/** Who follows cards at incidents. */
export const AT_INCIDENTS = ['call-taker', 'dispatcher', 'shift-leader', 'crew', 'commander']

/** Keeps them for who may be sent to an incident, on whichever screen they are. */
export const KeepCards = () => (useDevice().may(AT_INCIDENTS) ? <Kept /> : null)

function Kept() {
  useHeld()
  return null
}
