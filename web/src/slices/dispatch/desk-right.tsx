// The right side of the desk: the call or the incident, its proposal, other agencies, the journal.
import { ms } from '../../kernel/clock'
import { t } from '../../kernel/i18n'
import { go } from '../../kernel/router'
import { Advice, Call, Caller } from '../intake/call'
import { CallMore, callOption } from '../intake/call-more'
import { AlertsOf } from '../paging/alerts-of'
import { Roads } from '../places/roads'
import { SopPanel } from '../sop/panel'
import { Agencies } from './agencies'
import type { Wish } from './command-line'
import { Log } from './desk-parts'
import { doWish } from './desk-wishes'
import { DoingForm } from './doing'
import { IncidentPanel } from './incident-panel'
import { ProposalPanel } from './proposal-panel'
import { ScenePanel } from './scene-panel'
import type { Desk } from './use-desk'

const LEVELS = [1, 2, 3] as const

export function Right({ desk }: { desk: Desk }) {
  const onWish = (made: Wish) => doWish(desk, made)
  const { acts, calling, computed, device, doing, draft, inCall, incident, incidents, map, names, numberOf, open } =
    desk
  const { picked, picture, proposal, refusedSend, road, row, said, sends, standards, takesCalls, writing } = desk
  const { areaName, base, closures, stationName } = picture
  const { choose, leaveCall, send } = desk
  return (
    <aside class="right" aria-label={t('desk.detail')}>
      {road.value ? (
        <Roads
          closures={closures.rows.value}
          closing={road.value}
          onClosing={(to) => (road.value = to)}
          onDone={(outcome, text) => void said.after(outcome, text)}
          onShow={(to) => map.current?.jump(to, 15)}
          onBack={() => (road.value = undefined)}
        />
      ) : null}
      {draft.value ? (
        <Call
          key={draft.value.call || draft.value.incident}
          draft={draft.value}
          incident={inCall}
          areaName={areaName}
          near={base.region.value?.centre ?? undefined}
          picked={picked.value}
          onChannel={(channel) => {
            if (draft.value) draft.value = { ...draft.value, channel }
          }}
          onExercise={(exercise) => {
            if (draft.value) draft.value = { ...draft.value, exercise }
          }}
          onTake={desk.takeCall}
          onOpened={(id, to) => {
            if (draft.value) draft.value = { ...draft.value, incident: id }
            map.current?.jump(to, 14)
          }}
          onJoined={(id) => {
            draft.value = undefined
            go('/meja#rincian')
            choose(id)
          }}
          onLeave={leaveCall}
          onSettled={leaveCall}
        />
      ) : null}
      {!draft.value && incident ? (
        <IncidentPanel
          key={incident.id}
          incident={incident}
          levels={LEVELS}
          closing={doing.value === 'close'}
          onClosing={(on) => (doing.value = on ? 'close' : undefined)}
          onMore={() => (doing.value = 'more')}
          onReopen={() => (doing.value = 'reopen')}
          doing={doing.value && doing.value !== 'close' && row ? <Doings desk={desk} /> : undefined}
          onClose={(outcome) => desk.close(incident.id, outcome)}
          onClock={(clock) => onWish({ do: 'clock', incident: incident.id, clock })}
          onLevel={(level) => onWish({ do: 'level', incident: incident.id, level })}
          onEdit={takesCalls ? desk.edit : undefined}
          sends={sends}
        />
      ) : null}
      {incident && open ? (
        <ProposalPanel
          key={`proposal ${incident.id}`}
          title={t(incident.units.length ? 'proposal.more' : 'proposal.title')}
          proposal={proposal}
          state={computed.value.state}
          refused={
            refusedSend && {
              refusal: refusedSend.refusal,
              units: refusedSend.asked.command.units as readonly string[],
            }
          }
          busy={device.outbox.unsent.value.some(({ command }) => command.kind === 'dispatch.dispatch')}
          onSend={(list, reason) => {
            if (refusedSend) device.outbox.dismiss(refusedSend.asked.id)
            void send(list, reason)
          }}
          onDropRefusal={() => refusedSend && device.outbox.dismiss(refusedSend.asked.id)}
          keys={doing.value === undefined && !road.value}
          sends={sends}
        />
      ) : null}
      {draft.value && inCall ? (
        <section class="panel" aria-label={t('call.tell')}>
          <Advice key={inCall.type} draft={draft.value} incident={inCall} />
          {draft.value.call ? <Caller draft={draft.value} incident={inCall} /> : null}
        </section>
      ) : null}
      {draft.value?.taken && draft.value.call ? (
        <CallMore
          key={`about ${draft.value.call}`}
          call={draft.value.call}
          actor={(id) => names.value.get(id) ?? id}
          incidents={incidents.value.map((one) => ({ id: one.id, words: one.number, more: one.type }))}
          numberOf={numberOf}
          onLinked={(id) => {
            draft.value = undefined
            go('/meja#rincian')
            choose(id)
          }}
        />
      ) : null}
      {incident && open && !calling ? (
        <ScenePanel
          key={`scene ${incident.id}`}
          incident={incident.id}
          number={incident.number}
          sends={sends}
          said={said}
        />
      ) : null}
      {incident && open && row && !calling ? (
        <SopPanel
          key={`sop ${incident.id}`}
          about={{ ...row, handover: false }}
          since={ms(row.opened_at)}
          said={said}
        />
      ) : null}
      {incident && open && !calling ? (
        <div class="panel">
          <AlertsOf key={`alerts ${incident.id}`} incident={incident.id} />
        </div>
      ) : null}
      {incident && open && row && !calling ? (
        <Agencies
          row={row}
          typed={standards.othersOf(incident.typeId)}
          onAsk={(other, step) => void acts.other(incident.id, other, step)}
        />
      ) : null}
      {incident ? (
        <Log
          key={`log ${incident.id}`}
          incident={incident}
          names={{ actor: (id) => names.value.get(id) ?? id, station: stationName, standards }}
          writing={writing.value}
          onWriting={(on) => (writing.value = on)}
          onNote={(text) => void acts.note(incident.id, text)}
        />
      ) : calling ? null : (
        <section class="panel calm">
          <p>{t('desk.choose')}</p>
        </section>
      )}
    </aside>
  )
}

/** What is being done about the incident, in the place of its acts. */
function Doings({ desk }: { desk: Desk }) {
  const { calls, doing, incident, picture, proposal, row, said } = desk
  if (!incident || !row || !doing.value || doing.value === 'close') return null
  return (
    <DoingForm
      key={doing.value}
      doing={doing.value}
      incident={incident}
      row={row}
      units={picture.units.value}
      fit={proposal ? [...proposal.units, ...proposal.others] : []}
      calls={calls.rows.value.filter((one) => one.incident === incident.id).map(callOption)}
      said={said}
      onDoing={(to) => (doing.value = to)}
      onCall={desk.openCall}
      onReopen={(reason) => desk.openAgain(incident.id, reason)}
    />
  )
}
