// Meja: what is open, who goes, is anybody late. The list left, the map in the middle, the call or the incident right.
import { useEffect } from 'preact/hooks'
import { now } from '../../kernel/clock'
import { language, setLanguage, t } from '../../kernel/i18n'
import { useKeys } from '../../kernel/keys'
import type { LngLat, MapHandle } from '../../kernel/map'
import { page } from '../../kernel/router'
import { useSteadyActs } from '../../kernel/steady-props'
import { nextTheme } from '../../kernel/theme'
import { Icon } from '../../look/symbols'
import { UnfinishedCalls } from '../intake/calls'
import type { Status } from './acts'
import { AlarmBar } from './alarm-bar'
import type { Known } from './command-line'
import { Console } from './console'
import { DeskMap } from './desk-map'
import { Pages, Peek, Top } from './desk-parts'
import { Right } from './desk-right'
import { describe, doWish } from './desk-wishes'
import { Finished } from './finished'
import { Incidents } from './incidents'
import { KeysSheet } from './keys-sheet'
import type { Unit } from './rows'
import { Said } from './said'
import { startOf } from './strip-bar'
import { Suggestions } from './suggestions'
import { Units } from './units'
import { type Desk as DeskState, useDesk } from './use-desk'
import { useDeskAlarms } from './use-desk-alarms'

export function Desk() {
  const desk = useDesk()
  const alarms = useDeskAlarms(desk.numberOf)
  useDeskKeys(desk, () => (alarms[0] ? alarms[0].take() : false))
  useEffect(() => {
    document.title = `${t('desk.title')} · ${t('desk.open-count', { n: desk.incidents.value.length })}`
  }, [desk.incidents.value.length, language.value])
  const { calling, draft, filter, finished, incident, incidents, keysShown, map, open, openUnit, picked, picture } =
    desk
  const { proposed, road, said, status, suggestions, choose, leaveCall, release, resume, send, showFinished } = desk
  const { base, boardView, closures, incidentView, posts, routes, stationView, units } = picture
  const at = page.value || (calling ? 'rincian' : 'daftar')
  // Always the same functions: a list is drawn again when its rows are others, not whenever the desk is.
  const acts = useSteadyActs({
    onPick(id: string) {
      if (calling) leaveCall()
      choose(id)
    },
    choose,
    onNew: desk.newCall,
    onNext: desk.next,
    onFinished: () => showFinished(true),
    onFilter(text: string | undefined) {
      filter.value = text
    },
    onOpen(unit: string | undefined) {
      openUnit.value = unit
    },
    onStatus: (unit: Unit, to: Status, reason?: string) => status(unit.id, to, 'button', undefined, reason),
    onRelease: release,
    onSend(unit: Unit) {
      openUnit.value = undefined
      if (open) void send([unit.id], undefined, incident)
    },
    onReady(handle: MapHandle) {
      map.current = handle
    },
  })

  return (
    <div class="desk" data-page={at}>
      {alarms.length ? <AlarmBar alarms={alarms} /> : <Top onKeys={() => (keysShown.value = true)} />}
      <main>
        <h1 class="sr">{t('desk.title')}</h1>
        {incident ? <Peek incident={incident} /> : null}
        <div class="left">
          <div class="incidents-and-calls">
            {desk.finishedShown.value ? (
              <Finished
                incidents={finished.value}
                selected={incident?.id}
                onPick={acts.onPick}
                onBack={() => showFinished(false)}
              />
            ) : (
              <Incidents
                incidents={incidents.value}
                selected={incident?.id}
                state={incidentView.state.value}
                storedAt={incidentView.state.value === 'stored' ? incidentView.at.value : undefined}
                scenes={desk.scenes.value}
                onPick={acts.onPick}
                onNew={desk.takesCalls ? acts.onNew : undefined}
                onNext={acts.onNext}
                onFinished={acts.onFinished}
              />
            )}
            <UnfinishedCalls current={draft.value?.call} onResume={resume} />
          </div>
          <Suggestions
            suggestions={suggestions.value}
            statusOf={(unit) => units.value.find((one) => one.id === unit)?.status}
            onAgree={(one) => status(one.unit, one.status as Status, 'tracker', one.at)}
          />
          <Units
            units={units.value}
            proposed={proposed.value}
            incidentNumber={desk.numberOf}
            state={boardView.state.value}
            filter={filter.value}
            onFilter={acts.onFilter}
            open={openUnit.value}
            onOpen={acts.onOpen}
            onStatus={acts.onStatus}
            onRelease={acts.onRelease}
            onSend={acts.onSend}
            selectedNumber={open ? incident?.number : undefined}
          />
          <div class="add" hidden={!desk.takesCalls}>
            <button type="button" class="btn main" onClick={desk.newCall}>
              <Icon name="phone" /> {t('desk.new-call')}
            </button>
          </div>
        </div>
        <DeskMap
          base={base}
          incidents={incident && !open ? [...incidents.value, incident] : incidents.value}
          closures={closures.rows.value}
          closing={road.value}
          units={units.value}
          stations={posts.value}
          stationsKnown={stationView.state.value !== 'loading'}
          proposed={proposed.value}
          routes={routes.value.lines}
          selected={incident?.id}
          scenes={desk.scenes.value}
          onPick={acts.choose}
          onUnit={acts.onOpen}
          onReady={acts.onReady}
          {...((calling || road.value) && {
            onPlace: (to: LngLat) => {
              if (road.value) road.value = { ...road.value, at: to }
              else picked.value = to
            },
          })}
        />
        <Right desk={desk} />
      </main>
      {keysShown.value ? <KeysSheet onClose={() => (keysShown.value = false)} /> : null}
      <Said said={said} skip={desk.refusedSend?.asked.id} />
      <Console
        known={() => knownTo(desk)}
        input={desk.line}
        onFocus={() => {
          desk.finishedWanted.value = true
        }}
        describe={(made) => describe(desk, made)}
        onWish={(made) => doWish(desk, made)}
      />
      <Pages at={at} incident={incident} calling={calling} count={incidents.value.length} />
    </div>
  )
}

/** Letters act outside inputs only; what a key may not do now is left to the layer below. */
function useDeskKeys(desk: DeskState, takeAlarm: () => unknown) {
  useKeys({
    n: desk.newCall,
    Space: desk.next,
    '/': () => desk.line.current?.focus(),
    '?': () => (desk.keysShown.value = true),
    t: nextTheme,
    l: () => void setLanguage(language.value === 'id' ? 'en' : 'id'),
    f: () => {
      desk.filter.value = desk.filter.value ?? ''
    },
    j: () => (desk.incident ? (desk.writing.value = true) : false),
    x: () => (desk.open && !desk.calling && desk.sends ? (desk.doing.value = 'close') : false),
    m: () => (desk.incident && !desk.calling ? (desk.doing.value = 'more') : false),
    s: () => desk.showFinished(!desk.finishedShown.value),
    r: desk.closeRoad,
    e: () => (desk.incident && !desk.calling && desk.takesCalls ? desk.edit() : false),
    a: takeAlarm,
    Escape: () => {
      if (document.activeElement instanceof HTMLInputElement) return document.activeElement.blur()
      if (desk.filter.value !== undefined) {
        desk.filter.value = undefined
        return true
      }
      return desk.calling ? desk.leaveCall() : false
    },
  })
}

/** What the command line may name. */
function knownTo({ finished, incident, incidents, picture }: DeskState): Known {
  return {
    units: picture.units.value.map((unit) => ({ code: unit.code, incident: unit.incident })),
    incidents: incidents.value.map((one) => ({ id: one.id, number: one.number, began: startOf(one) })),
    finished: finished.value.map((one) => ({ id: one.id, number: one.number, began: startOf(one) })),
    stations: picture.posts.value.map((one) => ({ id: one.id, name: one.name })),
    selected: incident?.id,
    now: now.peek(),
  }
}
