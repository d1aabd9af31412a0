// A time the log has wrong or not at all is put right here as anywhere: with its reason, and both stay in the log.
import { type Signal, useSignal } from '@preact/signals'
import { instantNear, ms, shortTime, time } from '../../kernel/clock'
import { useDevice } from '../../kernel/device'
import { t, word } from '../../kernel/i18n'
import { Icon } from '../../look/symbols'
import { CLOCKS, type ClockId } from './clocks'
import { Select, Words } from './fields'
import { CORRECTORS } from './roles'
import type { Report } from './rows'
import type { Sent } from './sent'

type Props = { report: Report; sent: Sent; open: Signal<ClockId | undefined> }

export function CorrectTimes({ report, sent, open }: Props) {
  if (!useDevice().may(CORRECTORS)) return null
  if (open.value) return <Correcting key={open.value} report={report} sent={sent} open={open} />
  return (
    <button type="button" class="btn" onClick={() => (open.value = 'ready-to-serve')}>
      <Icon name="edit" /> {t('reports.correct-time')}
    </button>
  )
}

function Correcting({ report, sent, open }: Props) {
  const { response, incident } = report
  const clock = useSignal<ClockId>(open.value ?? 'ready-to-serve')
  const unit = useSignal('')
  const typed = useSignal('')
  const reason = useSignal('')
  const wrong = useSignal(false)
  const said = unit.value
    ? response.units?.find((one) => one.unit === unit.value)?.clocks[clock.value]
    : response.clocks[clock.value]
  async function save(event: Event) {
    event.preventDefault()
    const at = instantNear(typed.value.trim(), ms(said ?? response.clocks.answered ?? response.opened_at))
    wrong.value = at === undefined
    if (at === undefined) return
    const wish = {
      kind: 'dispatch.correct-time',
      incident,
      clock: clock.value,
      at,
      unit: unit.value || null,
      reason: reason.value.trim(),
    } as const
    const done = sent.ask(wish, word('clock', clock.value))
    open.value = undefined
    await done
  }
  return (
    <form class="correct" onSubmit={save}>
      <div class="three">
        <Select
          label={t('reports.whose-time')}
          of={[['', t('reports.of-all')], ...(response.units ?? []).map((one) => [one.unit, one.unit] as const)]}
          value={unit.value}
          onPick={(one) => (unit.value = one)}
        />
        <Select
          label={t('reports.which-time')}
          of={CLOCKS.map((one) => [one, word('clock', one)] as const)}
          value={clock.value}
          onPick={(one) => (clock.value = one as ClockId)}
        />
        <label class="field">
          <span>{t('reports.new-time')}</span>
          <input
            class="input"
            inputMode="numeric"
            required
            autocomplete="off"
            placeholder={said ? time(said) : shortTime(response.opened_at)}
            value={typed.value}
            aria-invalid={wrong.value}
            onInput={(event) => (typed.value = event.currentTarget.value)}
          />
        </label>
      </div>
      <Words label={t('reports.why-time')} must value={reason.value} onText={(text) => (reason.value = text)} />
      <div class="acts">
        <button type="submit" class="btn">
          <Icon name="check" /> {t('reports.correct-now')}
        </button>
        <button type="button" class="btn bare" onClick={() => (open.value = undefined)}>
          {t('reports.leave')}
        </button>
      </div>
    </form>
  )
}
