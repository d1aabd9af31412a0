// The six quality items with where their evidence lies, and the index: without value while a part of it is open.
import { useSignal } from '@preact/signals'
import { useDevice } from '../../kernel/device'
import { number, t, word } from '../../kernel/i18n'
import { Glyph, Icon } from '../../look/symbols'
import { measure, typed } from './amounts'
import { Figure, Words } from './fields'
import { HEADS, WRITERS } from './roles'
import type { Sent } from './sent'
import { type Spm, share } from './spm-words'

type Item = Spm['quality'][number]

export function Quality({ spm, sent }: { spm: Spm; sent: Sent }) {
  const device = useDevice()
  const open = useSignal<number | undefined>(undefined)
  const may = device.may([...WRITERS, ...HEADS, 'planner']) && spm.month === null
  return (
    <section>
      <h2>{t('spm.quality')}</h2>
      <ol class="items">
        {spm.quality.map((item) => (
          <li key={item.item}>
            <div class="item">
              {item.source === 'none' ? <Glyph name="watch" /> : <Icon name="check" />}
              <span>
                {item.item} {word('spm-item', String(item.item))}
                <small>
                  {item.source === 'none'
                    ? t('spm.item-open')
                    : (item.evidence ?? t(item.source === 'counted' ? 'spm.item-counted' : 'spm.item-no-evidence'))}
                </small>
              </span>
              <span class="num">
                <b>{share(item.share)}</b>
                <small>
                  {item.denominator === null || item.denominator === undefined
                    ? ''
                    : t('spm.of', { n: figure(item.numerator), of: figure(item.denominator) })}
                </small>
              </span>
            </div>
            {may && item.source !== 'counted' ? (
              open.value === item.item ? (
                <Stating spm={spm} item={item} sent={sent} onDone={() => (open.value = undefined)} />
              ) : (
                <button type="button" class="btn" onClick={() => (open.value = item.item)}>
                  {t(item.source === 'none' ? 'reports.fill' : 'reports.change')}
                  <span class="sr">: {word('spm-item', String(item.item))}</span>
                </button>
              )
            ) : null}
          </li>
        ))}
      </ol>
      <IndexOf spm={spm} />
    </section>
  )
}

const figure = (value: number | null | undefined) =>
  value === null || value === undefined ? '?' : number(value, value % 1 ? 1 : 0)

function IndexOf({ spm: { index, rules } }: { spm: Spm }) {
  const weights = t('spm.weights', { recipients: share(rules.recipients ?? 0.8), quality: share(rules.quality ?? 0.2) })
  const open = index.open.map((part) => {
    const [what = '', n = ''] = part.split('.')
    return what === 'recipients'
      ? t('spm.open-recipients')
      : `${t(what === 'quality' ? 'spm.open-item' : 'spm.open-quarter')} ${n}`
  })
  return (
    <div class="index">
      <h3>
        {t('spm.index')} <b class="end">{index.value === null ? '–' : number(index.value, 2)}</b>
      </h3>
      <p class="hint">{index.value === null ? t('spm.index-open', { what: open.join(', ') }) : weights}</p>
      {index.quarters?.length ? (
        <p class="hint">
          {index.quarters.map((one) => (one === null ? '–' : number(one, 1))).join(' · ')}
          {index.as_zero === null || index.as_zero === undefined
            ? ''
            : ` · ${t('spm.as-zero', { value: number(index.as_zero, 1) })}`}
        </p>
      ) : null}
    </div>
  )
}

type StatingProps = { spm: Spm; item: Item; sent: Sent; onDone(): void }

function Stating({ spm, item, sent, onDone }: StatingProps) {
  const numerator = useSignal(typed(item.numerator))
  const denominator = useSignal(typed(item.denominator))
  const evidence = useSignal(item.evidence ?? '')
  const checked = useSignal(false)
  async function save(event: Event) {
    event.preventDefault()
    const [n, of] = [measure(numerator.value), measure(denominator.value)]
    checked.value = n === undefined || of === undefined
    if (n === undefined || of === undefined) return
    const wish = {
      kind: 'report.state-quality',
      year: spm.year,
      quarter: spm.quarter ?? 0,
      item: item.item,
      numerator: n,
      denominator: of,
      evidence: evidence.value.trim() || null,
    } as const
    if (await sent.ask(wish, word('spm-item', String(item.item)))) onDone()
  }
  const wrong = (text: string) => checked.value && measure(text) === undefined
  return (
    <form onSubmit={save}>
      <div class="two">
        <Figure
          label={t('spm.numerator')}
          value={numerator.value}
          wrong={wrong(numerator.value)}
          onText={(text) => (numerator.value = text)}
        />
        <Figure
          label={t('spm.denominator')}
          value={denominator.value}
          wrong={wrong(denominator.value)}
          onText={(text) => (denominator.value = text)}
        />
      </div>
      <Words label={t('spm.evidence')} value={evidence.value} onText={(text) => (evidence.value = text)} />
      <div class="acts">
        <button type="submit" class="btn main">
          {t('reports.save', { what: `${item.item}` })}
        </button>
        <button type="button" class="btn bare" onClick={onDone}>
          {t('reports.leave')}
        </button>
      </div>
    </form>
  )
}
