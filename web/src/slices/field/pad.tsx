// Figures by large keys: no typing keyboard covers the sheet, and gloves hit what they mean.
import { t } from '../../kernel/i18n'
import { useKeys } from '../../kernel/keys'
import { Icon } from '../../look/symbols'

type Props = {
  label: string
  value: string
  digits?: number
  /** Likely values, one touch each. */
  quick?: readonly number[]
  unit?: string
  onValue(value: string): void
  onEnter?(): void
}

/** What a key makes of a value: digits are added up to `digits`, a full figure begins anew. */
export function typed(value: string, key: string, digits: number): string {
  if (key === 'back') return value.slice(0, -1)
  if (value.length >= digits) return key
  return value === '0' ? key : value + key
}

export function Pad({ label, value, digits = 3, quick, unit, onValue, onEnter }: Props) {
  const press = (key: string) => onValue(typed(value, key, digits))
  useKeys({
    ...Object.fromEntries([...'0123456789'].map((digit) => [digit, () => press(digit)])),
    Backspace: () => press('back'),
    ...(onEnter && { Enter: onEnter }),
  })
  return (
    <div class="pad" role="group" aria-label={label}>
      {quick?.length ? (
        <div class="quick">
          {quick.map((one) => (
            <button type="button" key={one} class="btn" onClick={() => onValue(String(one))}>
              {one}
              {unit ? <small>{unit}</small> : null}
            </button>
          ))}
        </div>
      ) : null}
      {['1', '2', '3', '4', '5', '6', '7', '8', '9'].map((digit) => (
        <button type="button" key={digit} class="btn" onClick={() => press(digit)}>
          {digit}
        </button>
      ))}
      <button type="button" class="btn" onClick={() => press('back')} aria-label={t('field.pad-back')}>
        <Icon name="left" size="l" />
      </button>
      <button type="button" class="btn" onClick={() => press('0')}>
        0
      </button>
      {onEnter ? (
        <button type="button" class="btn" onClick={onEnter} aria-label={t('field.pad-next')}>
          <Icon name="enter" size="l" />
        </button>
      ) : (
        <span />
      )}
    </div>
  )
}
