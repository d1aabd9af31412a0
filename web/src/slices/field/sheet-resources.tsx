// What comes and what is asked for: a kind of vehicle, another agency, a thing; how far each request is.
import { useSignal } from '@preact/signals'
import { useRef } from 'preact/hooks'
import { ms, shortTime } from '../../kernel/clock'
import { t } from '../../kernel/i18n'
import { newId } from '../../kernel/ids'
import { Glyph } from '../../look/symbols'
import { Eta } from './columns'
import { coming } from './figures'
import { REQUEST_WORDS } from './resource-words'
import type { Request } from './rows'
import { crewName, useScene } from './scene'
import { Big, Sheet } from './sheet'

/** What usually comes next, first. */
const AFTER: Readonly<Record<string, readonly Step[]>> = {
  asked: ['on-the-way', 'arrived', 'declined'],
  seen: ['on-the-way', 'arrived', 'declined'],
  'on-the-way': ['arrived', 'declined'],
  arrived: ['released'],
}
type Step = 'seen' | 'declined' | 'on-the-way' | 'arrived' | 'released'

export function ResourcesSheet() {
  const { row, close, acts } = useScene()
  const asked = [...row.requests].sort((a, b) => ms(b.at) - ms(a.at))
  return (
    <Sheet title={t('field.resources')} onClose={close}>
      <section>
        <h3>{t('field.coming')}</h3>
        <ul class="lines">
          {row.crews.filter(coming).map((crew) => (
            <li key={crew.crew}>
              <b>
                <Glyph name={crew.phase === 'on-the-way' ? 'move' : 'sent'} /> {crewName(crew)}
              </b>
              <span>{t(crew.phase === 'on-the-way' ? 'field.rolling' : 'field.turning-out')}</span>
              <Eta at={crew.eta_at} />
            </li>
          ))}
          {row.crews.some(coming) ? null : <li class="none">{t('field.nobody-comes')}</li>}
        </ul>
      </section>
      <section>
        <h3>{t('field.asked-for')}</h3>
        <ul class="lines">
          {asked.map((request) => (
            <Asked key={request.request} request={request} />
          ))}
          {asked.length ? null : <li class="none">{t('field.nothing-asked')}</li>}
        </ul>
      </section>
      {acts ? <Ask /> : null}
    </Sheet>
  )
}

function Asked({ request }: { request: Request }) {
  const { std, acts, ask, pending } = useScene()
  const name = request.count > 1 ? `${request.count} × ${std.askableName(request.what)}` : std.askableName(request.what)
  return (
    <li class={pending(request.request) ? 'pending' : ''}>
      <b>{name}</b>
      <span>
        {t(REQUEST_WORDS[request.step] ?? 'field.req-asked')} {shortTime(request.stepped_at)} {request.unit}{' '}
        <Eta at={request.eta_at} />
        {request.note ? ` · ${request.note}` : ''}
      </span>
      {acts ? (
        <span class="keys-of">
          {(AFTER[request.step] ?? []).map((step) => (
            <button
              type="button"
              key={step}
              class="btn"
              onClick={() =>
                void ask(
                  'field.step-resource',
                  { request: request.request, step },
                  t('field.said-req', { what: name, step: t(REQUEST_WORDS[step] ?? 'field.req-asked') }),
                )
              }
            >
              {t(REQUEST_WORDS[step] ?? 'field.req-asked')}
            </button>
          ))}
        </span>
      ) : null}
    </li>
  )
}

function Ask() {
  const { std, ask } = useScene()
  const what = useSignal('')
  const count = useSignal(1)
  const note = useRef<HTMLInputElement>(null)
  const send = () => {
    const text = note.current?.value.trim()
    const chosen = what.value
    void ask(
      'field.request-resource',
      { request: newId(), what: chosen, count: count.value, ...(text && { note: text }) },
      t('field.said-asked', { what: std.askableName(chosen) }),
    )
    what.value = ''
    count.value = 1
    if (note.current) note.current.value = ''
  }
  return (
    <section>
      <h3>{t('field.ask-for')}</h3>
      <Big
        label={t('field.ask-vehicles')}
        value={what.value}
        of={std.askable('capability')}
        onPick={(to) => (what.value = to)}
      />
      <Big label={t('others.title')} value={what.value} of={std.askable('agency')} onPick={(to) => (what.value = to)} />
      <Big
        label={t('field.ask-things')}
        value={what.value}
        of={std.askable('thing')}
        onPick={(to) => (what.value = to)}
      />
      <Big
        label={t('field.how-many-of')}
        value={String(count.value)}
        of={['1', '2', '3', '4'].map((n) => [n, n] as const)}
        onPick={(n) => (count.value = Number(n))}
      />
      <label class="field">
        <span>{t('field.note-optional')}</span>
        <input class="input l" ref={note} maxLength={200} autocomplete="off" />
      </label>
      <button type="button" class="btn touch main" disabled={!what.value} onClick={send}>
        {what.value ? t('field.ask-now', { what: std.askableName(what.value), n: count.value }) : t('field.ask-choose')}
      </button>
    </section>
  )
}
