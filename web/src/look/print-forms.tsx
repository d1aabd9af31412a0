// The forms of an incident on paper: each a PDF that the node makes from what the reader may see; opened beside the screen.
import { language, type Text, t } from '../kernel/i18n'
import './print-forms.css'

export const FORMS = [
  'lembar-kejadian',
  'daftar-kru',
  'struktur',
  'ics-201',
  'ics-203',
  'ics-204',
  'ics-207',
  'ics-214',
] as const

/** Where a form of an incident lies, in the language of the screen. */
export const formAt = (incident: string, form: (typeof FORMS)[number]) =>
  `/api/documents/incidents/${encodeURIComponent(incident)}/${form}.pdf?bahasa=${language.value}`

export function PrintForms({ incident, bare }: { incident: string; bare?: boolean }) {
  return (
    <details class="print-forms">
      <summary class={bare ? 'btn bare' : 'btn'}>{t('print.title')}</summary>
      <div class="more-list">
        {FORMS.map((form) => (
          <a key={form} class="btn" href={formAt(incident, form)} target="_blank" rel="noopener">
            {t(`print.${form}` as Text)}
          </a>
        ))}
      </div>
    </details>
  )
}
