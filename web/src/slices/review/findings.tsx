// Findings of an incident: what was found, who follows it up, what changes, and whether it worked; each act in its place.
import { date, ms, shortTime, time } from '../../kernel/clock'
import { useDevice, useView } from '../../kernel/device'
import { t, word } from '../../kernel/i18n'
import { follow } from '../../kernel/router'
import { Glyph, Icon, Key } from '../../look/symbols'
import { shortNumber } from '../intake/number'
import { type Sender, useSender } from '../sop/send'
import { titleOf } from '../sop/words'
import { Assign, Check, NewFinding, Propose, Share, Why } from './forms'
import type { Player } from './player'
import { LEADERS, SHARERS, WITNESSES } from './roles'
import { type Finding, over, ownerOf, type Standing, standing, type ToCheck } from './words'

type Props = {
  incident: string
  findings: readonly Finding[]
  player: Player
  /** The form that is open: `new`, or `<act> <finding>`. */
  open: { value: string }
}

export function Findings({ incident, findings, player, open }: Props) {
  const device = useDevice()
  const sender = useSender()
  const toCheck = useView('review.to-check').rows.value
  const close = () => {
    open.value = ''
  }
  const { heard } = sender
  return (
    <section class="findings" aria-labelledby="findings-head">
      <h2 id="findings-head">{t('review.findings')}</h2>
      <p class="hint">{t('review.findings-how')}</p>
      <p class="said-of" role="status" data-s={heard.value?.refusal ? 'watch' : ''}>
        {heard.value?.words ?? ''}
      </p>
      <ol class="find-list">
        {findings.map((one, n) => (
          <FindingRow
            key={one.finding}
            n={n + 1}
            one={one}
            sender={sender}
            open={open}
            toCheck={toCheck.filter((row) => row.finding === one.finding)}
            onMoment={player.seek}
          />
        ))}
      </ol>
      {device.may(WITNESSES) ? (
        open.value === 'new' ? (
          <NewFinding incident={incident} sender={sender} at={player.at.value} onDone={close} />
        ) : (
          <button type="button" class="btn" onClick={() => (open.value = 'new')}>
            <Icon name="plus" /> {t('review.new-finding')} <Key>F</Key>
          </button>
        )
      ) : null}
    </section>
  )
}

type RowProps = {
  n: number
  one: Finding
  sender: Sender
  open: { value: string }
  toCheck: readonly ToCheck[]
  onMoment(at: number): void
}

function FindingRow({ n, one, sender, open, toCheck, onMoment }: RowProps) {
  const { moment } = one
  const acting = open.value.endsWith(` ${one.finding}`) ? open.value.split(' ')[0] : ''
  return (
    <li class="find">
      <b class="n">{n}</b>
      <div class="what">
        <p>{one.text ?? t('journal.erased')}</p>
        <small>
          {[word('review-kind', one.what), one.subject === 'other' ? '' : word('review-subject', one.subject)]
            .filter(Boolean)
            .join(' · ')}
          {moment ? (
            <>
              {' · '}
              <button type="button" class="when" onClick={() => onMoment(ms(moment))}>
                {time(moment)}
              </button>
            </>
          ) : null}
        </small>
        {one.repeated ? <Same one={one} /> : null}
      </div>
      <p data-of={t('review.owner')}>
        {ownerOf(one) || <span class="faint">{t('review.nobody')}</span>}
        {one.due ? <small>{t('review.until', { date: date(one.due) })}</small> : null}
      </p>
      <p data-of={t('review.change')}>
        {one.change ? (
          <>
            {word('review-change', one.change)} <Link one={one} />
            {one.change_note ? <small>{one.change_note}</small> : null}
            {one.made_at ? <small>{t('review.holds-since', { date: date(one.made_at) })}</small> : null}
          </>
        ) : (
          <span class="faint">{t('review.none-yet')}</span>
        )}
      </p>
      <p data-of={t('review.checked')}>
        {one.checks.length ? (
          one.checks.map((check) => (
            <small key={check.incident}>
              <a href={`/tinjauan/${encodeURIComponent(check.incident)}`} onClick={follow}>
                {shortNumber(check.number)}
              </a>{' '}
              {word('review-result', check.result)}
              {check.note ? `: ${check.note}` : ''}
            </small>
          ))
        ) : (
          <span class="faint">{t('review.none-yet')}</span>
        )}
      </p>
      <Chip of={standing(one)} />
      {acting ? (
        <Acting what={acting} one={one} sender={sender} toCheck={toCheck} onDone={() => (open.value = '')} />
      ) : (
        <Acts one={one} sender={sender} toCheck={toCheck} onOpen={(what) => (open.value = `${what} ${one.finding}`)} />
      )}
    </li>
  )
}

/** What is changed; a card by its name, and since which version. */
function Link({ one }: { one: Finding }) {
  const cards = useView('sop.cards', {}, { keep: true }).rows.value
  const card = one.change === 'sop' ? cards.find((other) => other.card === one.link) : undefined
  if (!card) return <>{one.link}</>
  return (
    <a href={`/sop/${encodeURIComponent(card.card)}`} onClick={follow}>
      {titleOf(card)}
      {one.version ? ` ${t('sop.version', { n: one.version })}` : ''}
    </a>
  )
}

export function Chip({ of }: { of: Standing }) {
  return (
    <span class={of.hue === 'watch' ? 'chip fill' : of.hue ? 'chip' : 'chip line'} data-s={of.hue}>
      {of.glyph ? <Glyph name={of.glyph} plain /> : of.icon ? <Icon name={of.icon} /> : null} {of.words}
    </span>
  )
}

/** The same thing was found before: this is what must be raised. */
export function Same({ one }: { one: Finding }) {
  return (
    <small class="eyes">
      <Glyph name="watch" /> {t('review.repeated', { n: one.same.length })}{' '}
      {one.same.slice(0, 4).map((same) => (
        <a key={same.finding} href={`/tinjauan/${encodeURIComponent(same.incident)}`} onClick={follow}>
          {shortNumber(same.number)}{' '}
        </a>
      ))}
    </small>
  )
}

type ActsProps = { one: Finding; sender: Sender; toCheck: readonly ToCheck[]; onOpen(what: string): void }

/** What comes next first: owner, change, made, checked, closed. */
function Acts({ one, sender, toCheck, onOpen }: ActsProps) {
  const device = useDevice()
  const cards = useView('sop.cards', {}, { keep: true }).rows.value
  const { incident, finding } = one
  const act = (what: string, words: string) => (
    <button type="button" key={what} class="btn" onClick={() => onOpen(what)}>
      {words}
    </button>
  )
  const at = (wish: Parameters<Sender['ask']>[0], words: string, said: string) => (
    <button
      type="button"
      key={words}
      class="btn"
      disabled={sender.busy.value}
      onClick={() =>
        void sender.ask(wish, said).then((done) => {
          const { refusal } = sender.heard.peek() ?? {}
          if (!done && refusal?.overridable) onOpen('close')
        })
      }
    >
      {words}
    </button>
  )
  const version = cards.find((card) => one.change === 'sop' && card.card === one.link)?.holds ?? 0
  const leads = device.may(LEADERS) && !over(one)
  const acts = [
    ...(leads && !one.good
      ? [act('assign', t(one.owner === null ? 'review.do-assign' : 'review.do-assign-other'))]
      : []),
    ...(leads && !one.good ? [act('propose', t(one.change ? 'review.do-propose-other' : 'review.do-propose'))] : []),
    ...(leads && one.state === 'proposed'
      ? [at({ kind: 'review.make-change', incident, finding, version }, t('review.do-made'), t('review.said-made'))]
      : []),
    ...(leads && one.state === 'made' && toCheck.length ? [act('check', t('review.do-check'))] : []),
    ...(leads
      ? [at({ kind: 'review.close-finding', incident, finding }, t('review.do-close'), t('review.said-closed'))]
      : []),
    ...(device.may(SHARERS) && !one.lesson ? [act('share', t('review.do-share'))] : []),
    ...(leads ? [act('withdraw', t('review.do-withdraw'))] : []),
  ]
  return acts.length ? <div class="acts">{acts}</div> : null
}

type ActingProps = { what: string; one: Finding; sender: Sender; toCheck: readonly ToCheck[]; onDone(): void }

function Acting({ what, one, sender, toCheck, onDone }: ActingProps) {
  const { incident, finding } = one
  const all = { finding: one, sender, onDone }
  const busy = sender.busy.value
  const done = (answer: Promise<boolean>) => void answer.then((yes) => yes && onDone())
  switch (what) {
    case 'assign':
      return <Assign {...all} />
    case 'propose':
      return <Propose {...all} />
    case 'check':
      return <Check {...all} at={toCheck.map((row) => ({ incident: row.checked_at, words: whereOf(row) }))} />
    case 'share':
      return <Share {...all} />
    case 'close':
      return (
        <Why
          label={t('review.close-why')}
          act={t('review.close-anyway')}
          busy={busy}
          onBack={onDone}
          onSend={(why) =>
            done(sender.ask({ kind: 'review.close-finding', incident, finding }, t('review.said-closed'), why))
          }
        />
      )
    default:
      return (
        <Why
          label={t('review.withdraw-why')}
          act={t('review.withdraw')}
          busy={busy}
          onBack={onDone}
          onSend={(reason) =>
            done(sender.ask({ kind: 'review.withdraw-finding', incident, finding, reason }, t('review.said-withdrawn')))
          }
        />
      )
  }
}

/** A similar incident as it is chosen from. */
export const whereOf = (row: ToCheck) =>
  [
    shortNumber(row.checked_number),
    `${date(row.checked_opened_at)} ${shortTime(row.checked_opened_at)}`,
    row.exercise ? t('incident.exercise') : '',
  ]
    .filter(Boolean)
    .join(' · ')
