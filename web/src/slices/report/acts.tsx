// What can be done with a report now, by who may: check, sign, finish, send back. What is signed is what is shown.
import { useSignal } from '@preact/signals'
import { useDevice } from '../../kernel/device'
import { t } from '../../kernel/i18n'
import { Icon } from '../../look/symbols'
import { Words } from './fields'
import { HEADS, SIGNERS, WRITERS } from './roles'
import type { Report } from './rows'
import type { Sent } from './sent'

export function Acts({ report, sent }: { report: Report; sent: Sent }) {
  const device = useDevice()
  const stops = report.validation.filter((one) => one.severity === 'stops').length
  const { incident, digest, content, state } = report
  const body = { incident, digest, content }
  const waits = Boolean(report.pending?.size)
  if ((state === 'draft' || state === 'history') && device.may(WRITERS))
    return (
      <section class="next-act">
        <button
          type="button"
          class="btn main"
          aria-disabled={stops > 0 || waits}
          onClick={() => {
            if (!stops && !waits) void sent.ask({ kind: 'report.check-report', ...body }, t('reports.checked-it'))
          }}
        >
          <Icon name="check" /> {t('reports.check')}
        </button>
        <p class="hint">
          {t(stops ? 'reports.check-needs' : waits ? 'reports.check-waits' : 'reports.check-how', { n: stops })}
        </p>
      </section>
    )
  if (state === 'checked' && (device.may(SIGNERS) || device.may(HEADS)))
    return (
      <section class="next-act">
        {device.may(SIGNERS) ? <Sign report={report} sent={sent} /> : null}
        <SendBack incident={incident} sent={sent} />
      </section>
    )
  if (state === 'signed' && device.may(HEADS))
    return (
      <section class="next-act">
        <button
          type="button"
          class="btn main"
          onClick={() => void sent.ask({ kind: 'report.finish-report', ...body }, t('reports.finished-it'))}
        >
          <Icon name="check" /> {t('reports.finish')}
        </button>
        <p class="hint">{t('reports.finish-how')}</p>
      </section>
    )
  return null
}

function Sign({ report, sent }: { report: Report; sent: Sent }) {
  const device = useDevice()
  return (
    <form
      onSubmit={(event) => {
        event.preventDefault()
        const { incident, digest, content } = report
        void sent.ask(
          {
            kind: 'report.sign-report',
            incident,
            digest,
            content,
            post: device.may(['commander']) ? 'commander' : 'shift-leader',
          },
          t('reports.signed-it'),
        )
      }}
    >
      <button type="submit" class="btn main">
        <Icon name="edit" /> {t('reports.sign')}
      </button>
      <p class="hint">{t('reports.sign-how')}</p>
    </form>
  )
}

function SendBack({ incident, sent }: { incident: string; sent: Sent }) {
  const reason = useSignal('')
  return (
    <details>
      <summary class="btn bare">
        <Icon name="undo" /> {t('reports.return')}
      </summary>
      <form
        onSubmit={(event) => {
          event.preventDefault()
          void sent.ask(
            { kind: 'report.return-report', incident, reason: reason.value.trim() },
            t('reports.returned-it'),
          )
        }}
      >
        <Words label={t('reports.return-why')} must value={reason.value} onText={(text) => (reason.value = text)} />
        <button type="submit" class="btn">
          {t('reports.return-now')}
        </button>
      </form>
    </details>
  )
}
