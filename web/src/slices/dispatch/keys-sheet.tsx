// The keys of the desk: a sheet over the right column, never over the map or the clock of the list.
import { t, type Text } from '../../kernel/i18n'
import { useKeys } from '../../kernel/keys'
import { Key } from '../../look/symbols'

const KEYS: readonly (readonly [string, Text])[] = [
  ['N', 'keys.new'],
  ['1', 'keys.type'],
  ['Enter', 'keys.send'],
  ['U', 'keys.change'],
  ['key.space', 'keys.next'],
  ['/', 'keys.command'],
  ['J', 'keys.note'],
  ['E', 'keys.edit'],
  ['X', 'keys.close'],
  ['F', 'keys.filter'],
  ['A', 'keys.alarm'],
  ['Y', 'keys.yes'],
  ['T', 'keys.theme'],
  ['L', 'keys.language'],
  ['Esc', 'keys.back'],
  ['?', 'keys.this'],
]

export function KeysSheet({ onClose }: { onClose(): void }) {
  useKeys({ Escape: () => (onClose(), true), '?': () => (onClose(), true) })
  return (
    <section class="sheet keys-sheet" aria-label={t('keys.title')}>
      <header>{t('keys.title')}</header>
      <div>
        <dl>
          {KEYS.map(([key, text]) => (
            <>
              <dt>
                <kbd>{key === '1' ? '1–9' : key === 'key.space' ? t('key.space') : key}</kbd>
              </dt>
              <dd>{t(text)}</dd>
            </>
          ))}
        </dl>
      </div>
      <footer>
        <button type="button" class="btn" onClick={onClose}>
          {t('do.close')} <Key>Esc</Key>
        </button>
      </footer>
    </section>
  )
}
