// The names of the documents behind a card, and where they lie; nothing of them is ever fetched.
import { t } from '../../kernel/i18n'
import type { Link } from './at-incident'

export const Links = ({ of }: { of: readonly Link[] }) =>
  of.length ? (
    <>
      <h2>{t('sop.links')}</h2>
      <ul class="plain">
        {of.map((link) => (
          <li key={link.title}>
            {link.title} <small>{link.reference}</small>
          </li>
        ))}
      </ul>
    </>
  ) : null
