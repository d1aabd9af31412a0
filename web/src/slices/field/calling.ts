// What is called with one touch: a MAYDAY, and PAR of a sector or of all; the sheet that goes on with it opens.
import { t } from '../../kernel/i18n'
import { newId } from '../../kernel/ids'
import { sectorName, useScene } from './scene'

/** One touch starts it; who, where and air are asked after. */
export function useMayday() {
  const { ask, open } = useScene()
  return () => {
    const mayday = newId()
    void ask('field.call-mayday', { mayday }, t('field.said-mayday'))
    open(`mayday/${mayday}`)
  }
}

/** Asks every crew of a sector, or all; the sheet of answers opens with it. */
export function useCallPar() {
  const { ask, open, row } = useScene()
  return (sector = '') => {
    const par = newId()
    void ask(
      'field.call-par',
      { par, ...(sector && { sector }) },
      t('field.said-par-called', { where: sectorName(row, sector) }),
    )
    open(`par/${par}`)
  }
}
