// How is counted, printed on the page: pair, land fires, borders, limit, weights; chosen once by the administrator.
import { useSignal } from '@preact/signals'
import { date, ms } from '../../kernel/clock'
import { useDevice, useView } from '../../kernel/device'
import { t, word } from '../../kernel/i18n'
import { useStandards } from '../intake/standards'
import { OneOf } from './fields'
import type { Sent } from './sent'
import { pairWords, type Spm, share } from './spm-words'

type Rules = Spm['rules']
const PAIRS = ['answered:ready-to-serve', 'answered:arrived'] as const

export function CountingRules({ spm, sent }: { spm: Spm; sent: Sent }) {
  const device = useDevice()
  const standards = useStandards()
  const open = useSignal(false)
  const { rules } = spm
  const yes = (on: boolean | undefined) => t(on ? 'spm.counted-in' : 'spm.not-counted-in')
  const lines = [
    [t('spm.pair'), pairWords(spm.pair)],
    [t('spm.limit'), t('time.minutes', { n: (rules.limit_s ?? 900) / 60 })],
    [t('spm.land-fires'), yes(rules.land_fires)],
    [t('spm.outside'), yes(rules.outside_area)],
    [t('spm.partners'), yes(rules.of_partners)],
    [
      t('spm.left-out'),
      rules.left_out?.length
        ? rules.left_out.map((type) => standards.nameOf(type)).join(', ')
        : t('spm.nothing-left-out'),
    ],
    [
      t('spm.weight'),
      t('spm.weights', { recipients: share(rules.recipients ?? 0.8), quality: share(rules.quality ?? 0.2) }),
    ],
    [t('spm.due-days'), t('time.days', { n: rules.due_days ?? 15 })],
  ] as const
  return (
    <section>
      <h2>{t('spm.rules')}</h2>
      <dl class="told">
        {lines.map(([label, value]) => (
          <>
            <dt key={label}>{label}</dt>
            <dd>{value}</dd>
          </>
        ))}
      </dl>
      <p class="hint">{t(spm.chosen ? 'spm.rules-chosen' : 'spm.rules-default')}</p>
      {device.may(['administrator']) ? (
        open.value ? (
          <Choosing rules={rules} sent={sent} onDone={() => (open.value = false)} />
        ) : (
          <button type="button" class="btn" onClick={() => (open.value = true)}>
            {t('spm.choose-rules')}
          </button>
        )
      ) : null}
    </section>
  )
}

function Choosing({ rules, sent, onDone }: { rules: Rules; sent: Sent; onDone(): void }) {
  const form = useSignal(rules)
  const set = (next: Partial<Rules>) => (form.value = { ...form.value, ...next })
  const switches = [
    ['land_fires', 'spm.land-fires'],
    ['outside_area', 'spm.outside'],
    ['of_partners', 'spm.partners'],
  ] as const
  return (
    <form
      onSubmit={async (event) => {
        event.preventDefault()
        if (await sent.ask({ kind: 'report.choose-counting-rules', ...form.value }, t('spm.rules'))) onDone()
      }}
    >
      <OneOf
        label={t('spm.pair')}
        of={PAIRS.map((pair) => [pair, pairWords(pair)])}
        value={form.value.pair ?? PAIRS[0]}
        onPick={(pair) => set({ pair: pair as (typeof PAIRS)[number] })}
      />
      {switches.map(([field, label]) => (
        <label key={field} class="switch">
          <input
            type="checkbox"
            checked={form.value[field] ?? false}
            onChange={(event) => set({ [field]: event.currentTarget.checked })}
          />
          {t(label)}
        </label>
      ))}
      <label class="field">
        <span>{t('spm.weight-recipients')}</span>
        <input
          class="input"
          type="number"
          min={0}
          max={100}
          step={1}
          required
          value={Math.round((form.value.recipients ?? 0.8) * 100)}
          onInput={(event) => {
            const whole = Number(event.currentTarget.value)
            set({ recipients: whole / 100, quality: (100 - whole) / 100 })
          }}
        />
      </label>
      <p class="hint">{t('spm.rules-warning')}</p>
      <div class="acts">
        <button type="submit" class="btn main">
          {t('spm.choose-now')}
        </button>
        <button type="button" class="btn bare" onClick={onDone}>
          {t('reports.leave')}
        </button>
      </div>
    </form>
  )
}

/** Whether everybody may see the figures, without anything a person could be found by. */
export function PublicPage({ sent }: { sent: Sent }) {
  const device = useDevice()
  const [row] = useView('report.published', {}, { keep: true }).rows.value
  const on = row?.on ?? false
  return (
    <section>
      <h2>{t('spm.public')}</h2>
      <p class="hint">{on ? t('spm.public-on', { at: date(ms(row?.at ?? '')) }) : t('spm.public-off')}</p>
      {on ? (
        <a class="btn" href="/publik" target="_blank" rel="noopener">
          {t('spm.public-open')}
        </a>
      ) : null}
      {device.may(['administrator']) ? (
        <button
          type="button"
          class="btn"
          onClick={() => void sent.ask({ kind: 'report.publish-figures', on: !on }, t('spm.public'))}
        >
          {t(on ? 'spm.public-stop' : 'spm.public-start')}
        </button>
      ) : null}
    </section>
  )
}

/** Why so many incidents of the period are not in the figures, each a way to them. */
export function NotCounted({ spm, onShow }: { spm: Spm; onShow(show: 'missing' | 'excluded'): void }) {
  const sorts = [
    ['missing', 'spm-missing', spm.missing],
    ['excluded', 'spm-excluded', spm.excluded],
  ] as const
  return (
    <section>
      <h2>{t('spm.not-counted')}</h2>
      {sorts.map(([show, group, reasons]) => {
        const all = Object.entries(reasons)
        return all.length ? (
          <div key={show} class="reasons">
            <ul>
              {all.map(([reason, n]) => (
                <li key={reason}>
                  <span>{word(group, reason)}</span> <b>{n}</b>
                </li>
              ))}
            </ul>
            <button type="button" class="btn" onClick={() => onShow(show)}>
              {t(show === 'missing' ? 'spm.show-missing' : 'spm.show-excluded')}
            </button>
          </div>
        ) : null
      })}
      {Object.keys(spm.missing).length + Object.keys(spm.excluded).length ? null : (
        <p class="hint">{t('spm.all-counted')}</p>
      )}
    </section>
  )
}
