// What the command line wishes, done and described with the desk's own acts.
import { now } from '../../kernel/clock'
import { t, word } from '../../kernel/i18n'
import { go } from '../../kernel/router'
import type { Wish } from './command-line'
import { OUTCOMES } from './incident-panel'
import { saidTime } from './times'
import type { Desk } from './use-desk'

export function doWish(desk: Desk, made: Wish): unknown {
  const { acts, said, numberOf } = desk
  const unitOf = (code: string) => desk.picture.units.value.find((one) => one.code === code)
  switch (made.do) {
    case 'call':
      return desk.newCall()
    case 'select':
      return desk.choose(made.incident)
    case 'status':
      return desk.status(made.unit, made.status, 'command-line', made.at, made.reason)
    case 'send':
      return void desk.send(
        [made.unit],
        undefined,
        desk.incidents.value.find((one) => one.id === made.incident),
      )
    case 'release': {
      const unit = unitOf(made.unit)
      return unit && desk.release(unit, made.reason)
    }
    case 'move':
      return void said.after(
        acts.move(made.unit, made.station),
        t('said.moved', { unit: made.unit, station: desk.picture.stationName(made.station) }),
      )
    case 'clock':
      return void said.after(
        acts.mark(made.incident, made.clock, made.at),
        [numberOf(made.incident), word('clock', made.clock), made.at ? saidTime(made.at, now.peek()) : '']
          .filter(Boolean)
          .join(' '),
      )
    case 'level':
      return void said.after(
        acts.raise(made.incident, made.level),
        t('said.raised', { number: numberOf(made.incident), n: made.level }),
      )
    case 'close':
      return desk.close(made.incident, outcomeOf(made.outcome))
    case 'open':
      return desk.reopen(made.incident, made.reason)
    case 'finished':
      return desk.showFinished(true)
    case 'road':
      return desk.closeRoad()
    case 'swap': {
      const from = unitOf(made.out)?.incident
      if (!from) return
      const facts = { out: made.out, unit: made.instead, number: numberOf(from) }
      return void said.after(acts.swap(from, made.out, made.instead), t('said.swapped', facts))
    }
    case 'correct':
      return void said.after(
        acts.correct(made.incident, made.clock, made.at, made.unit),
        t('said.corrected', {
          what: [made.unit, word('clock', made.clock)].filter(Boolean).join(' '),
          at: saidTime(made.at, now.peek()),
        }),
      )
    case 'cancel':
      return desk.cancel(made.incident, made.reason)
    case 'warn':
      return go(`/peringatan/${encodeURIComponent(made.incident)}`)
    case 'exercise':
      return void said.after(acts.exercise(made.incident), t('said.exercise', { number: numberOf(made.incident) }))
    case 'note':
      return void said.after(acts.note(made.incident, made.text), t('said.noted', { number: numberOf(made.incident) }))
  }
}

/** What a wish would do, beside it in the list. */
export function describe(desk: Desk, made: Wish): string {
  const { numberOf, finished, picture } = desk
  const when = saidTime('at' in made && made.at ? made.at : now.value, now.value)
  switch (made.do) {
    case 'call':
      return t('command.call')
    case 'select':
      return t('command.select', { number: numberOf(made.incident) })
    case 'status':
      return t('command.status', { status: word('status', made.status), at: when })
    case 'send':
      return t('command.send', { number: numberOf(made.incident) })
    case 'release':
      return t('command.release', {
        number: numberOf(picture.units.value.find((one) => one.code === made.unit)?.incident ?? ''),
      })
    case 'move':
      return t('command.move', { station: picture.stationName(made.station) })
    case 'clock':
      return t('command.clock', { clock: word('clock', made.clock), at: when })
    case 'level':
      return t('command.level', { n: made.level })
    case 'close':
      return t('command.close', {
        number: numberOf(made.incident),
        outcome: word('outcome', outcomeOf(made.outcome)),
      })
    case 'open':
      return [...picture.incidents.value, ...finished.value]
        .filter((one) => one.id === made.incident)
        .map((one) => [t('command.open', { number: one.number }), one.type, one.place].join(' · '))
        .join()
    case 'finished':
      return t('finished.title')
    case 'road':
      return t('road.title')
    case 'swap':
      return t('command.swap', { unit: made.instead, out: made.out })
    case 'correct':
      return t('command.correct', { clock: word('clock', made.clock), at: when })
    case 'cancel':
      return t('command.cancel', { number: numberOf(made.incident) })
    case 'warn':
      return t('command.warn', { number: numberOf(made.incident) })
    case 'exercise':
      return t('command.exercise', { number: numberOf(made.incident) })
    case 'note':
      return t('command.note', { number: numberOf(made.incident) })
  }
}

/** An outcome as typed (`tutup 0231 nihil`): the one it begins, else handled. */
function outcomeOf(typed: string | undefined): string {
  if (!typed) return OUTCOMES[0]
  const words = typed.toLowerCase()
  return OUTCOMES.find((one) => one === words || word('outcome', one).toLowerCase().startsWith(words)) ?? OUTCOMES[0]
}
