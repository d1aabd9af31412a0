// What was lost, line by line with its running sum, and what was saved; an amount nobody could say stays open.
import { number, t } from '../../kernel/i18n'
import { Icon } from '../../look/symbols'
import { lineAmount, lossSum, measure, typed, whole } from './amounts'
import { Figure, Remove, Words } from './fields'
import type { FormProps, Line, Part } from './part'

type Row = {
  readonly what: string
  readonly count: string
  readonly unit: string
  readonly price: string
  readonly amount: string
}
type LossForm = { readonly lines: readonly Row[]; readonly saved: string; readonly basis: string }

/** A unit is a short word, never a sentence. */
const UNIT = /^[A-Za-z²³./ ]{0,12}$/

const EMPTY: Row = { what: '', count: '', unit: '', price: '', amount: '' }
const blank = (row: Row) => Object.values(row).every((text) => !text.trim())

/** A row as it counts; what is typed wrong counts as not known until it is put right. */
const counted = ({ count, price, amount }: Row) => ({
  count: measure(count) ?? null,
  price_rp: whole(price) ?? null,
  amount_rp: whole(amount) ?? null,
})

const rupiah = (amount: number | null) => (amount === null ? t('reports.unknown') : `Rp ${number(amount)}`)

function LossFields({ form, set, checked }: FormProps<LossForm>) {
  const rows = form.lines
  const change = (at: number, next: Partial<Row>) =>
    set({ lines: rows.map((row, n) => (n === at ? { ...row, ...next } : row)) })
  const { sum, open } = lossSum(rows.filter((row) => !blank(row)).map(counted))
  return (
    <>
      <ol class="lines loss">
        {rows.map((row, n) => {
          const computed = lineAmount(counted({ ...row, amount: '' }))
          return (
            <li key={n}>
              <Words label={t('reports.what')} value={row.what} onText={(what) => change(n, { what })} />
              <Figure
                label={t('reports.count')}
                value={row.count}
                placeholder=""
                wrong={checked && measure(row.count) === undefined}
                onText={(count) => change(n, { count })}
              />
              <Words
                label={t('reports.unit')}
                most={12}
                wrong={checked && !UNIT.test(row.unit)}
                value={row.unit}
                onText={(unit) => change(n, { unit })}
              />
              <Figure
                label={t('reports.price')}
                value={row.price}
                placeholder=""
                wrong={checked && whole(row.price) === undefined}
                onText={(price) => change(n, { price })}
              />
              <Figure
                label={t('reports.amount')}
                value={row.amount}
                wrong={checked && whole(row.amount) === undefined}
                placeholder={computed === null ? t('reports.unknown') : number(computed)}
                onText={(amount) => change(n, { amount })}
              />
              <Remove
                label={t('reports.remove', { what: row.what || n + 1 })}
                onGo={() => set({ lines: rows.filter((_, at) => at !== n) })}
              />
            </li>
          )
        })}
      </ol>
      <div class="acts">
        <button type="button" class="btn" onClick={() => set({ lines: [...rows, EMPTY] })}>
          <Icon name="plus" /> {t('reports.add-loss')}
        </button>
      </div>
      <p class="sum-of" role="status">
        <span>
          {t('reports.sum')} {open ? <small>{t('reports.sum-open', { n: open })}</small> : null}
        </span>
        <span>{rows.length ? rupiah(sum) : t('reports.no-loss')}</span>
      </p>
      <div class="two">
        <Figure
          label={t('reports.saved')}
          unit="Rp"
          value={form.saved}
          wrong={checked && whole(form.saved) === undefined}
          onText={(saved) => set({ saved })}
        />
        <Words label={t('reports.loss-basis')} value={form.basis} onText={(basis) => set({ basis })} />
      </div>
    </>
  )
}

export const LOSS: Part<LossForm> = {
  id: 'loss',
  title: 'reports.loss',
  how: 'reports.loss-how',
  Form: LossFields,
  begin({ loss }) {
    const lines = loss?.lines?.map((one) => ({
      what: one.what ?? '',
      count: typed(one.count),
      unit: one.unit ?? '',
      price: typed(one.price_rp),
      amount: typed(one.amount_rp),
    }))
    return { lines: lines ?? [], saved: typed(loss?.saved_rp), basis: loss?.basis ?? '' }
  },
  wish(incident, form) {
    const rows = form.lines.filter((row) => !blank(row))
    const saved_rp = whole(form.saved)
    const figures = rows.map((row) => [measure(row.count), whole(row.price), whole(row.amount)])
    if (
      saved_rp === undefined ||
      figures.flat().includes(undefined) ||
      rows.some((row) => !row.what.trim() || !UNIT.test(row.unit))
    )
      return undefined
    const lines = rows.map((row) => {
      const known = counted(row)
      return { what: row.what.trim(), unit: row.unit.trim(), ...known, amount_rp: lineAmount(known) }
    })
    return { kind: 'report.state-loss', incident, lines, saved_rp, basis: form.basis.trim() || null }
  },
  told({ loss }) {
    if (!loss) return []
    const said = loss.lines ?? []
    const { sum, open } = lossSum(
      said.map((one) => ({
        count: one.count ?? null,
        price_rp: one.price_rp ?? null,
        amount_rp: one.amount_rp ?? null,
      })),
    )
    const lines: Line[] = said.map((one) => {
      const size =
        one.count === null || one.count === undefined
          ? ''
          : ` · ${number(one.count, one.count % 1 ? 1 : 0)} ${one.unit ?? ''}`
      return [`${one.what ?? t('reports.erased')}${size}`, rupiah(one.amount_rp ?? null)]
    })
    lines.push([
      open ? `${t('reports.sum')}, ${t('reports.sum-open', { n: open })}` : t('reports.sum'),
      said.length ? rupiah(sum) : t('reports.no-loss'),
    ])
    lines.push([t('reports.saved'), rupiah(loss.saved_rp ?? null)])
    if (loss.basis) lines.push([t('reports.loss-basis'), loss.basis])
    return lines
  },
}
