// Which sheet is open: the hash of the address says it, so that the back button of a phone closes it.
import type { ComponentType } from 'preact'
import { SopSheet } from '../sop/scene'
import type { Crew } from './rows'
import { useScene } from './scene'
import { AirSheet } from './sheet-air'
import { ConflictSheet } from './sheet-conflict'
import { CrewSheet } from './sheet-crew'
import { EnterSheet } from './sheet-enter'
import { EvacuationSheet } from './sheet-evacuation'
import { FormCrewSheet } from './sheet-form-crew'
import { HandoverSheet } from './sheet-handover'
import { HazardSheet } from './sheet-hazards'
import { EndSheet, MaydaySheet } from './sheet-mayday'
import { MoreSheet } from './sheet-more'
import { NoteSheet } from './sheet-note'
import { ParSheet } from './sheet-par'
import { PartSheet } from './sheet-part'
import { ResourcesSheet } from './sheet-resources'
import { ChannelSheet, SectorSheet } from './sheet-sector'
import { SitrepSheet } from './sheet-sitrep'
import { AssumeSheet, StructureSheet } from './sheet-structure'
import { TaskSheet } from './sheet-task'
import { WaterSheet } from './sheet-water'
import { JournalSheet } from './side'

const PLAIN: Readonly<Record<string, ComponentType>> = {
  evakuasi: EvacuationSheet,
  serah: HandoverSheet,
  susunan: StructureSheet,
  komando: AssumeSheet,
  bahaya: HazardSheet,
  sumber: ResourcesSheet,
  air: WaterSheet,
  laporan: SitrepSheet,
  jurnal: JournalSheet,
  kanal: ChannelSheet,
  simpul: PartSheet,
  catat: NoteSheet,
}

const OF_CREW: Readonly<Record<string, (crew: Crew) => preact.JSX.Element>> = {
  regu: (crew) => <CrewSheet crew={crew} />,
  masuk: (crew) => <EnterSheet crew={crew} />,
  udara: (crew) => <AirSheet crew={crew} />,
  'ubah-regu': (crew) => <FormCrewSheet crew={crew} how="edit" />,
  'bagi-regu': (crew) => <FormCrewSheet crew={crew} how="split" />,
}

/** The sheet that the hash names; none where it names nothing that is here. */
export function OpenSheet({ hash, onRaise }: { hash: string; onRaise(): void }) {
  const { row } = useScene()
  const [name = '', id = ''] = hash.split('/').map(decodeURIComponent)
  const Plain = PLAIN[name]
  if (Plain) return <Plain key={name} />
  const crew = row.crews.find((one) => one.crew === id)
  const ofCrew = OF_CREW[name]
  if (ofCrew && crew)
    return (
      <div key={hash} class="sheet-slot">
        {ofCrew(crew)}
      </div>
    )
  const mayday = row.maydays.find((one) => one.mayday === id)
  switch (name) {
    case 'regu-baru':
      return <FormCrewSheet how="new" />
    case 'sektor-baru':
      return <SectorSheet key="new" />
    case 'sektor':
      return <SectorSheet key={id} sector={row.sectors.find((one) => one.sector === id)} />
    case 'tugas':
      return <TaskSheet key={id} task={row.tasks.find((one) => one.task === id)} />
    case 'par':
      return <ParSheet key={id} id={id} />
    case 'tentang':
      return <ConflictSheet crew={crew ?? row.crews.find((one) => one.conflicts.length)} />
    case 'mayday':
      return mayday ? <MaydaySheet key={id} mayday={mayday} /> : null
    case 'mayday-selesai':
      return mayday ? <EndSheet key={id} mayday={mayday} /> : null
    case 'sop':
      return <SopSheet key={id} id={id} />
    case 'lain':
      return <MoreSheet onRaise={onRaise} />
    default:
      return null
  }
}
