// The papers of a report: each a PDF the node makes from what the reader may see, opened beside the screen.
import { language, t } from '../../kernel/i18n'
import { Icon } from '../../look/symbols'

const PAPERS = ['laporan-kejadian', 'berita-acara', 'lampiran-foto', 'jurnal'] as const

export function PrintMenu({ incident }: { incident: string }) {
  return (
    <details class="print-menu">
      <summary class="btn">
        <Icon name="print" /> {t('reports.print')}
      </summary>
      <div class="more-list">
        {PAPERS.map((form) => (
          <a
            key={form}
            class="btn"
            href={`/api/documents/incidents/${encodeURIComponent(incident)}/${form}.pdf?bahasa=${language.value}`}
            target="_blank"
            rel="noopener"
          >
            {t(`reports.print-${form}`)}
          </a>
        ))}
      </div>
    </details>
  )
}

/** A paper of a period: `2026-Q3`, `2026-11`, `2026`. */
export const periodPaper = (period: string, form: 'rekap' | 'spm') =>
  `/api/documents/periods/${period}/${form}.pdf?bahasa=${language.value}`
