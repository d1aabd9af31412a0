// The scene as the desk needs it: who commands, how many are inside, what was asked for, the radio channel, the board.
import { useSignal } from '@preact/signals'
import { ms, shortTime } from '../../kernel/clock'
import type { Row } from '../../kernel/contract'
import { useDevice, useView } from '../../kernel/device'
import { language, t } from '../../kernel/i18n'
import { follow } from '../../kernel/router'
import { Glyph, Icon } from '../../look/symbols'
import type { SaidStore } from './said'

export type SceneRow = Row<'field.scenes'>
type BoardRow = Row<'field.board'>
type Request = BoardRow['requests'][number]
type Askable = { readonly what: string; readonly name: { readonly id: string; readonly en: string } }

/** A channel as a radio shows it: letters, digits, and what stands between them. */
const CHANNEL = '[A-Za-z0-9 ._\\-]{1,40}'

/** Steps after which the desk has nothing more to do about a request. */
const SETTLED = new Set(['declined', 'on-the-way', 'arrived', 'released'])

type Props = { incident: string; number: string; sends: boolean; said: SaidStore }

export function ScenePanel({ incident, number, sends, said }: Props) {
  const device = useDevice()
  const view = useView('field.board', { incident }, { keep: true })
  const standards = useView('field.standards', {}, { keep: true })
  const askable = (standards.rows.value[0]?.askable ?? []) as readonly Askable[]
  const board = view.rows.value[0]
  if (!board) return null
  const there = board.crews.filter((crew) => (crew.phase ?? 'arrived') === 'arrived')
  const inside = board.crews.reduce((sum, crew) => sum + (crew.inside?.length ?? 0), 0)
  const maydays = board.maydays.filter((one) => !one.ended_at).length
  const evacuations = board.evacuations.filter((one) => !one.ended_at).length
  const nameOf = (what: string) => askable.find((one) => one.what === what)?.name[language.value] ?? what
  const asked = board.requests.filter((one) => !SETTLED.has(one.step))
  return (
    <section class="panel scene" aria-labelledby="scene-head">
      <div class="head">
        <h2 id="scene-head">{t('scene.title')}</h2>
        <span>{part(board)}</span>
        <a class="end" href={`/komando/${incident}`} onClick={follow}>
          {t('scene.board')} <Icon name="right" />
        </a>
      </div>
      <dl class="why">
        <dt>{t('scene.commander')}</dt>
        <dd>
          {board.commander
            ? `${board.commander.holder} · ${t('trip.since', { at: shortTime(ms(board.commander.since)) })}`
            : t('scene.no-commander')}
        </dd>
        {there.length || maydays || evacuations ? (
          <>
            <dt>{t('scene.people')}</dt>
            <dd>
              {t('scene.inside', { n: inside, all: there.reduce((sum, crew) => sum + (crew.people ?? 0), 0) })}
              {maydays ? <Danger words={t('scene.maydays', { n: maydays })} /> : null}
              {evacuations ? <Danger words={t('scene.evacuations', { n: evacuations })} /> : null}
            </dd>
          </>
        ) : null}
        <dt>{t('scene.channel')}</dt>
        <dd>
          <Channel
            channel={board.channel}
            sends={sends}
            onSet={(channel) =>
              void said.after(
                device.ask({ kind: 'field.set-channel', incident, channel }),
                t('scene.said-channel', { number, channel }),
              )
            }
          />
        </dd>
      </dl>
      {asked.length ? (
        <ul class="others" aria-label={t('scene.asked')}>
          {asked.map((one) => (
            <Asked
              key={one.request}
              one={one}
              name={nameOf(one.what)}
              {...(sends && {
                onStep: (step: 'seen' | 'declined') =>
                  void device.ask({ kind: 'field.step-resource', incident, request: one.request, step }),
              })}
            />
          ))}
        </ul>
      ) : null}
    </section>
  )
}

/** Which node decides about the scene, where it is not this one. */
function part({ part }: BoardRow): string {
  if (part.phase === 'transit') return t('scene.in-transit', { node: part.to })
  return part.node === part.here ? '' : t('scene.held-by', { node: part.node })
}

const Danger = ({ words }: { words: string }) => (
  <span class="chip fill" data-s="danger">
    <Glyph name="danger" plain /> {words}
  </span>
)

type AskedProps = { one: Request; name: string; onStep?: (step: 'seen' | 'declined') => void }

function Asked({ one, name, onStep }: AskedProps) {
  return (
    <li class="row agy">
      <span class="code">
        {one.count > 1 ? `${one.count} × ` : ''}
        {name}
      </span>
      <span class="faint">
        {[t('scene.asked-at', { at: shortTime(ms(one.at)) }), one.note].filter(Boolean).join(' · ')}
      </span>
      <span class="said-acts">
        {onStep && one.step !== 'seen' ? (
          <button type="button" class="btn bare" onClick={() => onStep('seen')}>
            {t('scene.seen')}
          </button>
        ) : null}
        {onStep ? (
          <button type="button" class="btn bare" onClick={() => onStep('declined')}>
            {t('scene.decline')}
          </button>
        ) : null}
      </span>
    </li>
  )
}

function Channel({ channel, sends, onSet }: { channel: string; sends: boolean; onSet(channel: string): void }) {
  const typed = useSignal<string | undefined>(undefined)
  if (!sends || (channel && typed.value === undefined))
    return (
      <>
        <b>{channel || '—'}</b>{' '}
        {sends ? (
          <button type="button" class="btn bare" onClick={() => (typed.value = channel)}>
            {t('incident.edit')}
          </button>
        ) : null}
      </>
    )
  return (
    <form
      class="said-acts"
      onSubmit={(event) => {
        event.preventDefault()
        const to = typed.value?.trim()
        if (to && to !== channel) onSet(to)
        typed.value = undefined
      }}
    >
      <input
        class="input"
        aria-label={t('scene.channel')}
        placeholder={t('scene.channel-hint')}
        pattern={CHANNEL}
        maxLength={40}
        value={typed.value ?? ''}
        onInput={(event) => (typed.value = event.currentTarget.value)}
      />
      <button type="submit" class="btn">
        {t('call.keep-it')}
      </button>
    </form>
  )
}

/** In the list of incidents: people of ours inside, and whether somebody of them is in danger. */
export function SceneChips({ scene, brief }: { scene: SceneRow | undefined; brief?: boolean }) {
  if (!scene || (!scene.inside && !scene.maydays && !scene.evacuations)) return null
  return (
    <>
      {scene.maydays ? <Danger words="MAYDAY" /> : null}
      {scene.evacuations ? <Danger words={t('scene.evacuation')} /> : null}
      {scene.inside && !brief ? <span>{t('scene.inside-n', { n: scene.inside })}</span> : null}
    </>
  )
}
