// Pengaturan: who may sign in and with what, and who is called how. For administrators; each list on a page of its own.
import type { ComponentType } from 'preact'
import { useEffect } from 'preact/hooks'
import { language, type Text, t } from '../../kernel/i18n'
import { useKeys } from '../../kernel/keys'
import { go, page, path } from '../../kernel/router'
import { nextTheme } from '../../kernel/theme'
import { LineMark } from '../../look/line-mark'
import { Key } from '../../look/symbols'
import { Receivers } from '../paging/receivers'
import { Letterhead } from '../paper/letterhead'
import { type AskNow, useAskNow } from './ask-now'
import { Menu } from './menu'
import { Accounts } from './settings-accounts'
import { Devices } from './settings-devices'
import { Tokens } from './settings-tokens'
import '../../look/accounts.css'

type Page = readonly [hash: string, words: Text, part: ComponentType<{ now: AskNow }>]

const PAGES: readonly [Page, ...Page[]] = [
  ['', 'accounts.people', Accounts],
  ['perangkat', 'accounts.devices', Devices],
  ['token', 'accounts.tokens', Tokens],
  ['penerima', 'accounts.receivers', Receivers],
  ['kop', 'kop.title', Letterhead],
]

export function Settings() {
  const now = useAskNow()
  const here = PAGES.find(([hash]) => hash === page.value) ?? PAGES[0]
  const open = (hash: string) => {
    now.said.value = undefined
    go(hash ? `${path.value}#${hash}` : path.value)
  }
  useKeys({ t: nextTheme, ...Object.fromEntries(PAGES.map(([hash], n) => [String(n + 1), () => open(hash)])) })
  useEffect(() => {
    document.title = `${t(here[1])} · Siaga`
  }, [here, language.value])
  const [, words, Part] = here
  const said = now.said.value
  return (
    <div class="accounts">
      <header class="top">
        <Menu />
        <LineMark />
      </header>
      <main>
        <nav aria-label={t('accounts.title')}>
          {PAGES.map(([hash, name], n) => (
            <a
              key={hash}
              href={hash ? `#${hash}` : path.value}
              {...(name === words && { 'aria-current': 'page' as const })}
              onClick={(event) => {
                event.preventDefault()
                open(hash)
              }}
            >
              {t(name)} <Key>{String(n + 1)}</Key>
            </a>
          ))}
        </nav>
        <h1>{t(words)}</h1>
        <p class="said-of" role="status" data-s={said?.no ? 'watch' : ''}>
          {said?.words ?? ''}
        </p>
        <Part now={now} />
      </main>
    </div>
  )
}
