// Laporan: the reports that wait, one report, and the figures of a period.
import { useEffect } from 'preact/hooks'
import { language, t } from '../../kernel/i18n'
import { useKeys } from '../../kernel/keys'
import { follow, go, path } from '../../kernel/router'
import { restOf } from '../../kernel/screens'
import { nextTheme } from '../../kernel/theme'
import { LineMark } from '../../look/line-mark'
import { Menu } from '../access/menu'
import { useStandardsView } from '../intake/standards'
import { Reports } from './list'
import { ReportPage } from './report'
import { SpmPage } from './spm'
import '../../look/report.css'

export function ReportScreen() {
  useStandardsView()
  const id = decodeURIComponent(restOf('/laporan', path.value))
  useKeys({
    t: nextTheme,
    l: () => go('/laporan'),
    s: () => go('/laporan/spm'),
    ...(id && { Escape: () => go('/laporan') }),
  })
  useEffect(() => {
    document.title = `${t('reports.title')} · Siaga`
  }, [id, language.value])
  return (
    <div class="laporan">
      <header class="top">
        <Menu />
        <nav class="tabs" aria-label={t('reports.pages')}>
          <a href="/laporan" onClick={follow} {...(id !== 'spm' && { 'aria-current': 'page' as const })}>
            {t('reports.reports')}
          </a>
          <a href="/laporan/spm" onClick={follow} {...(id === 'spm' && { 'aria-current': 'page' as const })}>
            SPM
          </a>
        </nav>
        <LineMark />
      </header>
      {id === 'spm' ? <SpmPage /> : id ? <ReportPage key={id} id={id} /> : <Reports />}
    </div>
  )
}
