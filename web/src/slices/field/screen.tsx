// `/komando`: the board of the scene in the address, or the choice among those that are open.
import { useDevice } from '../../kernel/device'
import { path } from '../../kernel/router'
import { restOf } from '../../kernel/screens'
import { ownUnit } from '../dispatch/own-unit'
import { ChooseScene } from './choose'
import { Command } from './command'
import '../../look/field.css'

export function CommandScreen() {
  const device = useDevice()
  const incident = decodeURIComponent(restOf('/komando', path.value))
  return incident ? <Command key={incident} incident={incident} /> : <ChooseScene unit={ownUnit(device)} />
}
