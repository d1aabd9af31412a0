// What is rarer than the bar below: each with what it stands at, so that opening it is seldom needed.
import { language, setLanguage, t } from '../../kernel/i18n'
import { chooseTheme, theme } from '../../kernel/theme'
import { Choices } from '../../look/choices'
import { PrintForms } from '../../look/print-forms'
import { openEvacuations } from './figures'
import { useScene } from './scene'
import { Sheet } from './sheet'
import { isOpen } from './sheet-task'

export function MoreSheet({ onRaise }: { onRaise(): void }) {
  const { row, std, close, open, device } = useScene()
  const conflicts = row.crews.reduce((sum, crew) => sum + crew.conflicts.length, 0)
  const out = openEvacuations(row).length
  const entries: readonly (readonly [sheet: string, words: string, more: string])[] = [
    ['sop', t('sop.title'), ''],
    ['evakuasi', t('field.evacuation'), out ? t('field.running', { n: out }) : ''],
    [
      'serah',
      t('field.hand-over'),
      row.handover ? t('field.hand-from-to', { from: row.handover.giver, to: row.handover.taker }) : '',
    ],
    ['susunan', t('field.structure'), row.commander?.holder ?? t('field.nobody-commands')],
    ['sektor-baru', t('field.sector-open'), t('field.n-sectors', { n: row.sectors.length })],
    ['tugas', t('field.task-new'), t('field.tasks-left', { n: row.tasks.filter(isOpen).length })],
    ['bahaya', t('field.hazards'), row.hazards.map((one) => std.hazardName(one.kind)).join('; ')],
    ['sumber', t('field.resources'), t('field.n-asked', { n: row.requests.length })],
    ['air', t('field.water'), ''],
    ['laporan', t('field.sitrep'), ''],
    ['jurnal', t('field.journal'), ''],
    ['regu-baru', t('field.crew-new'), ''],
    ['kanal', t('field.channel'), row.channel],
    ['tentang', t('field.conflicts-title'), conflicts ? t('field.conflicts', { n: conflicts }) : ''],
    ['simpul', t('field.part'), row.part.phase === 'transit' ? t('field.part-transit-short') : row.part.node],
  ]
  return (
    <Sheet title={t('field.other')} onClose={close}>
      <div class="more-list">
        {entries.map(([sheet, words, more]) => (
          <button type="button" key={sheet} class="btn" onClick={() => open(sheet)}>
            <span>{words}</span>
            {more ? <small class="cut">{more}</small> : null}
          </button>
        ))}
        <button
          type="button"
          class="btn"
          onClick={() => {
            close()
            onRaise()
          }}
        >
          <span>{t('field.raise')}</span>
          <small>{t('incident.level', { n: row.level })}</small>
        </button>
        <button type="button" class="btn" onClick={() => window.print()}>
          <span>{t('field.print')}</span>
          <small>{t('field.print-more')}</small>
        </button>
      </div>
      <PrintForms incident={row.incident} />
      <Choices
        label={t('settings.theme')}
        value={theme.value}
        of={[
          ['dark', t('theme.dark')],
          ['light', t('theme.light')],
          ['sun', t('theme.sun')],
        ]}
        onPick={(to) => chooseTheme(to as typeof theme.value)}
      />
      <Choices
        label={t('settings.language')}
        value={language.value}
        of={[
          ['id', 'Indonesia'],
          ['en', 'English'],
        ]}
        onPick={(to) => void setLanguage(to === 'en' ? 'en' : 'id')}
      />
      <div class="keys-of">
        <button type="button" class="btn bare" onClick={() => void device.signOut()}>
          {t('desk.sign-out')}
        </button>
      </div>
    </Sheet>
  )
}
