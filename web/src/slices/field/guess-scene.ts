// Sectors, posts, tasks, dangers, MAYDAYs and requests on the board, as they will look when the node agrees. The latest
// seen holds; what is older than what the board shows changes nothing.
import type { Command } from '../../kernel/words'
import { written } from '../../kernel/written'
import type { Board, Evacuation, Hazard, Mayday, Request, Task } from './rows'
import { postOrder } from './standards'

const PARS_SHOWN = 6
const DRAWN = ['point', 'line', 'area'] as const

const text = (value: unknown) => (typeof value === 'string' ? value : '')
const told = (value: unknown) => (typeof value === 'string' ? value : null)
const figure = (value: unknown) => (typeof value === 'number' ? value : null)
const time = (value: unknown) => (typeof value === 'string' ? written(value) : null)

/** Rows with one of them changed or, where there is none, added; in the order of these fields. */
function put<One>(
  rows: readonly One[],
  fits: (row: One) => boolean,
  change: (row: One | undefined) => One,
  ...by: (keyof One)[]
) {
  const there = rows.find(fits)
  const next = there ? rows.map((row) => (row === there ? change(row) : row)) : [...rows, change(undefined)]
  return next.sort((a, b) => {
    const key = by.find((name) => a[name] !== b[name])
    return key === undefined ? 0 : a[key] < b[key] ? -1 : 1
  })
}

/** Changes a row that is there; anything else stays. */
const change = <One>(rows: readonly One[], fits: (row: One) => boolean, to: (row: One) => Partial<One>) =>
  rows.map((row) => (fits(row) ? { ...row, ...to(row) } : row))

export function guessScene(row: Board, command: Command, at: string): Partial<Board> {
  return (
    structure(row, command, at) ?? tasks(row, command, at) ?? danger(row, command, at) ?? scene(row, command, at) ?? {}
  )
}

function structure(row: Board, command: Command, at: string): Partial<Board> | undefined {
  const post = text(command.post)
  const sector = text(command.sector)
  switch (command.kind) {
    case 'field.fill-post':
      return { posts: filled(row.posts, post, text(command.holder), at) }
    case 'field.vacate-post':
      return { posts: filled(row.posts, post, '', at) }
    case 'field.set-channel': {
      const channel = text(command.channel)
      if (!sector) return { channel }
      return {
        sectors: change(
          row.sectors,
          (one) => one.sector === sector,
          () => ({ channel }),
        ),
      }
    }
    case 'field.set-sector': {
      const set = { name: text(command.name), kind: text(command.as) || 'sector', leader: text(command.leader) }
      const sectors = put(
        row.sectors,
        (one) => one.sector === sector,
        (one) => ({ channel: '', opened_at: at, ...one, sector, ...set }),
        'opened_at',
        'sector',
      )
      return { sectors }
    }
    case 'field.close-sector':
      return { sectors: row.sectors.filter((one) => one.sector !== sector) }
    case 'field.call-par': {
      if (row.pars.some((one) => one.par === command.par)) return {}
      const pars = [...row.pars, { par: text(command.par), at, sector }]
      pars.sort((a, b) => (a.at === b.at ? (a.par < b.par ? 1 : -1) : a.at < b.at ? -1 : 1))
      return { pars: pars.slice(-PARS_SHOWN) }
    }
    default:
      return undefined
  }
}

/** Posts somebody holds, in the order of the standard. */
function filled(posts: Board['posts'], post: string, holder: string, at: string): Board['posts'] {
  const there = posts.find((one) => one.post === post)
  if (there ? there.holder === holder || there.since > at : !holder) return posts
  const others = posts.filter((one) => one !== there)
  if (!holder) return others
  const order = postOrder()
  const rank = (name: string) => (order.includes(name) ? order.indexOf(name) : order.length)
  return [...others, { post, holder, since: at }].sort(
    (a, b) => rank(a.post) - rank(b.post) || (a.post < b.post ? -1 : 1),
  )
}

function tasks(row: Board, command: Command, at: string): Partial<Board> | undefined {
  const fits = (one: Task) => one.task === command.task
  switch (command.kind) {
    case 'field.set-task': {
      const set = {
        task: text(command.task),
        kind: text(command.as) || 'task',
        code: text(command.code),
        text: told(command.text),
        crew: text(command.crew),
        sector: text(command.sector),
        post: text(command.post),
        due_at: time(command.due_at),
      }
      const fresh = { set_at: at, step: 'open', stepped_at: at, note: null }
      return { tasks: put(row.tasks, fits, (one) => ({ ...fresh, ...one, ...set }), 'set_at', 'task') }
    }
    case 'field.step-task': {
      const to = (one: Task) =>
        (one.step === command.step && command.note == null) || one.stepped_at > at
          ? {}
          : { step: text(command.step), stepped_at: at, note: told(command.note) }
      return { tasks: change(row.tasks, fits, to) }
    }
    default:
      return undefined
  }
}

function danger(row: Board, command: Command, at: string): Partial<Board> | undefined {
  const mayday = (one: Mayday) => one.mayday === command.mayday
  const evacuation = (one: Evacuation) => one.evacuation === command.evacuation
  switch (command.kind) {
    case 'field.call-mayday': {
      const said = {
        mayday: text(command.mayday),
        crew: text(command.crew),
        person: text(command.person),
        sector: text(command.sector),
        bar: figure(command.bar),
        need: text(command.need) || 'other',
        where: told(command.where),
      }
      const fresh = { at, steps: [], ended_at: null, outcome: null }
      return { maydays: put(row.maydays, mayday, (one) => ({ ...fresh, ...one, ...said }), 'at', 'mayday') }
    }
    case 'field.step-mayday':
      return { maydays: change(row.maydays, mayday, ({ steps }) => ({ steps: stepped(steps, command, at) })) }
    case 'field.end-mayday':
      return {
        maydays: change(row.maydays, mayday, (one) =>
          one.ended_at ? {} : { ended_at: at, outcome: text(command.outcome) },
        ),
      }
    case 'field.order-evacuation': {
      if (row.evacuations.some(evacuation)) return {}
      const ordered = {
        evacuation: text(command.evacuation),
        at,
        sector: text(command.sector),
        reason: told(command.reason),
        acknowledged: {},
        ended_at: null,
      }
      return { evacuations: put(row.evacuations, evacuation, () => ordered, 'at', 'evacuation') }
    }
    case 'field.acknowledge-evacuation': {
      const crew = text(command.crew)
      const heard = ({ acknowledged }: Evacuation) => {
        const before = acknowledged[crew]
        return { acknowledged: { ...acknowledged, [crew]: before !== undefined && before < at ? before : at } }
      }
      return { evacuations: change(row.evacuations, evacuation, heard) }
    }
    case 'field.end-evacuation':
      return { evacuations: change(row.evacuations, evacuation, (one) => ({ ended_at: one.ended_at ?? at })) }
    default:
      return undefined
  }
}

function stepped(steps: Mayday['steps'], command: Command, at: string): Mayday['steps'] {
  const there = steps.find((one) => one.step === command.step)
  if (there && there.at > at) return steps
  const others = steps.filter((one) => one !== there)
  if (command.done === false) return others
  const taken = { step: text(command.step), at, crew: text(command.crew) }
  return [...others, taken].sort((a, b) => (a.at === b.at ? (a.step < b.step ? -1 : 1) : a.at < b.at ? -1 : 1))
}

function scene(row: Board, command: Command, at: string): Partial<Board> | undefined {
  switch (command.kind) {
    case 'field.mark-hazard':
      return { hazards: marked(row.hazards, command, at) }
    case 'field.clear-hazard':
      return { hazards: row.hazards.filter((one) => one.hazard !== command.hazard) }
    case 'field.report-wind':
      if (row.wind && row.wind.at > at) return {}
      return { wind: { from_deg: Number(command.from_deg), speed_mps: figure(command.speed_mps), at } }
    case 'field.request-resource': {
      if (row.requests.some((one) => one.request === command.request)) return {}
      const asked: Request = {
        request: text(command.request),
        what: text(command.what),
        count: figure(command.count) ?? 1,
        note: told(command.note),
        at,
        step: 'asked',
        stepped_at: at,
        eta_at: null,
        unit: '',
      }
      return {
        requests: put(
          row.requests,
          () => false,
          () => asked,
          'at',
          'request',
        ),
      }
    }
    case 'field.step-resource': {
      const next = { step: text(command.step), eta_at: time(command.eta_at), unit: text(command.unit) }
      const to = (one: Request) => {
        const same = one.step === next.step && one.eta_at === next.eta_at && one.unit === next.unit
        return (same && command.note == null) || one.stepped_at > at ? {} : { ...next, stepped_at: at }
      }
      return { requests: change(row.requests, (one) => one.request === command.request, to) }
    }
    default:
      return undefined
  }
}

function marked(hazards: readonly Hazard[], command: Command, at: string): readonly Hazard[] {
  const there = hazards.find((one) => one.hazard === command.hazard)
  if (there && there.at > at) return hazards
  const points = command.points as Hazard['points']
  const drawn: readonly string[] = DRAWN.slice(0, points.length)
  const shape = drawn.includes(text(command.shape)) ? command.shape : drawn.at(-1)
  const one: Hazard = {
    hazard: text(command.hazard),
    kind: text(command.as),
    shape: shape as Hazard['shape'],
    points,
    radius_m: figure(command.radius_m),
    no_go: command.no_go === true,
    note: told(command.note),
    at,
  }
  return put(
    hazards,
    (other) => other === there,
    () => one,
    'at',
    'hazard',
  )
}
