// Tasks and objectives: what, whose, by when; common ones with one touch, others in words.
import { useSignal } from '@preact/signals'
import { useRef } from 'preact/hooks'
import { ms, now, shortTime, span } from '../../kernel/clock'
import { t } from '../../kernel/i18n'
import { newId } from '../../kernel/ids'
import { Icon } from '../../look/symbols'
import { here } from './figures'
import type { Board, Task } from './rows'
import { crewName, nameOfCrew, sectorName, useScene } from './scene'
import { Big, Sheet } from './sheet'

export const isOpen = (task: Task) => task.step === 'open' || task.step === 'going'

const ownerOf = (row: Board, task: Task, post: (id: string) => string) =>
  task.crew ? nameOfCrew(row, task.crew) : task.sector ? sectorName(row, task.sector) : task.post ? post(task.post) : ''

/** The list beside the board: what is open first, objectives before tasks; done ones fold below. */
export function Tasks() {
  const { row, acts, open } = useScene()
  const left = row.tasks.filter(isOpen)
  const sorted = [...left].sort(
    (a, b) => Number(b.kind === 'objective') - Number(a.kind === 'objective') || ms(a.set_at) - ms(b.set_at),
  )
  const done = row.tasks.filter((task) => task.step === 'done').sort((a, b) => ms(b.stepped_at) - ms(a.stepped_at))
  return (
    <>
      <div class="head">
        <h2>{t('field.tasks')}</h2>
        <span class="end">{t('field.tasks-left', { n: left.length })}</span>
        {acts ? (
          <button type="button" class="btn bare" onClick={() => open('tugas')} aria-label={t('field.task-new')}>
            <Icon name="plus" />
          </button>
        ) : null}
      </div>
      {sorted.map((task) => (
        <TaskLine key={task.task} task={task} />
      ))}
      {done.slice(0, 6).map((task) => (
        <TaskLine key={task.task} task={task} />
      ))}
      {row.tasks.length ? null : <p class="none">{t('field.no-tasks')}</p>}
    </>
  )
}

function TaskLine({ task }: { task: Task }) {
  const { row, std, acts, ask, open, pending } = useScene()
  const done = task.step === 'done'
  const due = task.due_at ? ms(task.due_at) - now.value : undefined
  const owner = ownerOf(row, task, (post) => std.postName(post))
  const look = ['task-line', done ? 'ok' : '', pending(task.task) ? 'pending' : ''].filter(Boolean).join(' ')
  return (
    <div class={look}>
      <button
        type="button"
        class="task"
        role="checkbox"
        aria-checked={done}
        disabled={!acts}
        onClick={() =>
          void ask(
            'field.step-task',
            { task: task.task, step: done ? 'open' : 'done' },
            t(done ? 'field.said-task-open' : 'field.said-task-done', { task: std.taskName(task) }),
          )
        }
      >
        <span class={done ? 'check is-on' : 'check'}>{done ? <Icon name="check" /> : null}</span>
        <span>
          {task.kind === 'objective' ? <b>{std.taskName(task)}</b> : std.taskName(task)}
          {due !== undefined && !done ? (
            <small class={due < 0 ? 'eyes' : ''}>
              {due < 0 ? t('field.task-late', { span: span(-due) }) : t('field.task-left', { span: span(due) })}
            </small>
          ) : null}
        </span>
        <span>{done ? shortTime(task.stepped_at) : owner}</span>
      </button>
      {acts && !done ? (
        <button
          type="button"
          class="btn bare"
          aria-label={t('field.task-change-of', { task: std.taskName(task) })}
          onClick={() => open(`tugas/${task.task}`)}
        >
          <Icon name="chev" />
        </button>
      ) : null}
    </div>
  )
}

const DUE_MINUTES = [5, 10, 15, 30] as const

export function TaskSheet({ task }: { task?: Task | undefined }) {
  const { row, std, ask, close } = useScene()
  const kind = useSignal<'task' | 'objective'>(task?.kind === 'objective' ? 'objective' : 'task')
  const code = useSignal(task?.code ?? '')
  const text = useRef<HTMLInputElement>(null)
  const owner = useSignal(
    task?.crew ? `crew ${task.crew}` : task?.sector ? `sector ${task.sector}` : task?.post ? `post ${task.post}` : '',
  )
  const minutes = useSignal('')
  const crews = row.crews.filter(here)

  function set() {
    const words = text.current?.value.trim()
    if (!code.value && !words) return text.current?.focus()
    const [what, id] = owner.value.split(' ')
    const due = minutes.value ? new Date(now.value + Number(minutes.value) * 60_000).toISOString() : task?.due_at
    void ask(
      'field.set-task',
      {
        task: task?.task ?? newId(),
        as: kind.value,
        ...(words ? { text: words } : { code: code.value }),
        ...(what === 'crew' && id && { crew: id }),
        ...(what === 'sector' && id && { sector: id }),
        ...(what === 'post' && id && { post: id }),
        ...(due && { due_at: due }),
      },
      t('field.said-task', { task: words || std.taskName({ code: code.value, text: null }) }),
    )
    close()
  }
  const step = (to: 'going' | 'done' | 'dropped') => {
    if (!task) return
    void ask('field.step-task', { task: task.task, step: to }, t('field.said-task-step', { task: std.taskName(task) }))
    close()
  }

  return (
    <Sheet
      title={task ? std.taskName(task) : t('field.task-new')}
      onClose={close}
      foot={
        <button type="button" class="btn touch main" onClick={set}>
          {t(task ? 'field.task-change' : 'field.task-set')}
        </button>
      }
    >
      {task ? (
        <div class="keys-of">
          {task.step === 'open' ? (
            <button type="button" class="btn" onClick={() => step('going')}>
              {t('field.task-going')}
            </button>
          ) : null}
          <button type="button" class="btn" onClick={() => step('done')}>
            {t('field.task-done')}
          </button>
          <button type="button" class="btn" onClick={() => step('dropped')}>
            {t('field.task-drop')}
          </button>
        </div>
      ) : (
        <Big
          label={t('field.task-kind')}
          value={kind.value}
          of={[
            ['task', t('field.task')],
            ['objective', t('field.objective')],
          ]}
          onPick={(to) => {
            kind.value = to as typeof kind.value
            code.value = ''
          }}
        />
      )}
      <Big
        label={t('field.task-what')}
        value={code.value}
        of={std.tasks(kind.value)}
        onPick={(to) => {
          code.value = to
          if (text.current) text.current.value = ''
        }}
      />
      <label class="field">
        <span>{t('field.task-other')}</span>
        <input
          class="input l"
          ref={text}
          defaultValue={task?.text ?? ''}
          maxLength={200}
          autocomplete="off"
          onInput={() => (code.value = '')}
        />
      </label>
      <Big
        label={t('field.task-whose')}
        value={owner.value}
        of={[
          ...crews.map((crew) => [`crew ${crew.crew}`, crewName(crew)] as const),
          ...row.sectors.map((sector) => [`sector ${sector.sector}`, sector.name] as const),
          ...row.posts.map((post) => [`post ${post.post}`, std.postName(post.post), post.holder] as const),
        ]}
        onPick={(to) => (owner.value = owner.value === to ? '' : to)}
      />
      <Big
        label={t('field.task-by')}
        value={minutes.value}
        of={DUE_MINUTES.map((n) => [String(n), t('time.minutes', { n })] as const)}
        onPick={(to) => (minutes.value = minutes.value === to ? '' : to)}
      />
    </Sheet>
  )
}
