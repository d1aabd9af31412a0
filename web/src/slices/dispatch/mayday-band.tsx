// A MAYDAY above whatever screen is open, until it is over: who, where, how long, and who has taken it on.
import { useEffect } from 'preact/hooks'
import { ms, now, shortTime, span } from '../../kernel/clock'
import { useDevice, useView } from '../../kernel/device'
import { t } from '../../kernel/i18n'
import { useKeys } from '../../kernel/keys'
import { follow, path } from '../../kernel/router'
import { useSound } from '../../look/sound'
import { Key } from '../../look/symbols'
import { useFieldAlarms } from '../field/alarms'
import type { AlarmRow } from '../field/rows'
import { shortNumber } from '../intake/number'

/** Screens that say it themselves, larger than a band could: the board of that incident, and the wall. */
const saysItself = (here: string, incident: string) => here === `/komando/${incident}` || here === '/dinding'

/** Who may take an alarm of a scene on; others see the band, and it does not sound for them. */
const TAKERS = ['call-taker', 'dispatcher', 'shift-leader', 'crew', 'commander']

/** Those nobody has taken on first, then the oldest. */
export const byHand = (a: AlarmRow, b: AlarmRow) =>
  Number(a.taken_at !== null) - Number(b.taken_at !== null) || ms(a.at) - ms(b.at)

export function MaydayBand() {
  const field = useFieldAlarms()
  const here = path.value
  const maydays = field.rows.value
    .filter((row) => row.kind === 'mayday' && !saysItself(here, row.incident))
    .sort(byHand)
  const some = maydays.length > 0
  useEffect(() => {
    document.documentElement.toggleAttribute('data-band', some)
    return () => document.documentElement.removeAttribute('data-band')
  }, [some])
  return some ? <Maydays maydays={maydays} onTake={(alarm) => void field.take(alarm)} /> : null
}

/** One that is called in an exercise says so, is never red, and sounds as what needs eyes. */
function Maydays({ maydays, onTake }: { maydays: readonly AlarmRow[]; onTake(alarm: AlarmRow): void }) {
  const device = useDevice()
  const incidents = useView('dispatch.incidents', {}, { keep: true })
  const first = maydays[0]
  const drill = incidents.rows.value.some((row) => row.incident === first?.incident && row.exercise)
  const take = first && !first.taken_at && device.may(TAKERS) ? () => onTake(first) : undefined
  useSound(take && (drill ? 'watch' : 'danger'), first?.alarm)
  useKeys({ a: () => (take ? take() : false) }, take !== undefined)
  return first ? <Band alarm={first} drill={drill} others={maydays.length - 1} onTake={take} /> : null
}

type Props = { alarm: AlarmRow; drill: boolean; others: number; onTake: (() => void) | undefined }

function Band({ alarm, drill, others, onTake }: Props) {
  const names = useView('access.names', {}, { keep: true })
  const taker = names.rows.value.find((row) => row.actor === alarm.taken_by)?.name ?? ''
  const person = /^\d+$/.test(alarm.person) ? t('band.person', { n: alarm.person }) : alarm.person
  const who = [alarm.crew, person].filter(Boolean).join(' · ')
  return (
    <section class="alarm band" data-s={drill ? 'plan' : 'danger'} role="alert" aria-label={t('band.title')}>
      <span class="beat" aria-hidden="true" />
      <b class="what">
        {drill ? `${t('incident.exercise')} ` : ''}MAYDAY {shortNumber(alarm.number)} <span>{who}</span>
      </b>
      <span class="clock m" aria-live="off">
        {span(now.value - ms(alarm.at))}
      </span>
      <span class="more">
        {[
          alarm.taken_at ? t('band.taken', { who: taker, at: shortTime(alarm.taken_at) }) : t('band.nobody'),
          others ? t('band.others', { n: others }) : '',
        ]
          .filter(Boolean)
          .join(' · ')}
      </span>
      <span class="acts-of">
        <a class="btn" href={`/komando/${alarm.incident}`} onClick={follow}>
          {t('band.board')}
        </a>
        {onTake ? (
          <button type="button" class="btn" onClick={onTake}>
            {t('alarm.take')} <Key>A</Key>
          </button>
        ) : null}
      </span>
    </section>
  )
}
