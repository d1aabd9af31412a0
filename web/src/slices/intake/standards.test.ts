// Questions and advice follow the type, and an answer brings its own card first.
import { beforeAll, describe, expect, test } from 'vitest'
import { setLanguage } from '../../kernel/i18n'
import { holdStandards, useStandards } from './standards'

const name = (id: string, en: string) => ({ id, en })

beforeAll(() => {
  setLanguage('id')
  holdStandards({
    incidents: {
      kind: [{ id: 'fire', name: name('Kebakaran', 'Fire'), letter: 'K' }],
      type: [
        {
          id: 'fire.dense',
          kind: 'fire',
          name: name('Permukiman padat', 'Dense housing'),
          watched: true,
          search: ['gang'],
          others: ['pln'],
        },
      ],
    },
    questions: {
      ask: { 'fire.dense': ['inside', 'what'] },
      question: [
        {
          id: 'inside',
          ask: name('Ada orang?', 'Anybody?'),
          choices: [],
          // biome-ignore lint/suspicious/noThenProperty: the field's name in the standards
          then: [{ answer: 'yes', advice: 'trapped' }],
        },
        { id: 'what', ask: name('Apa?', 'What?'), choices: [{ id: 'gas', name: name('gas', 'gas') }] },
      ],
    },
    advice: {
      card: [
        {
          id: 'out',
          name: name('Keluar', 'Get out'),
          types: ['fire.dense'],
          lines: [name('Keluar.', 'Get out.')],
          confirmed: true,
        },
        { id: 'kind', name: name('Api', 'Fire'), kinds: ['fire'], lines: [name('Jauhi.', 'Keep away.')] },
        { id: 'trapped', name: name('Terjebak', 'Trapped'), lines: [name('Tutup pintu.', 'Close the door.')] },
      ],
    },
    capabilities: { capability: [], competence: [], vehicle: [{ id: 'pump', name: name('Unit pompa', 'Pump') }] },
    words: { other_agency: [] },
  })
})

describe('standards', () => {
  const api = useStandards()

  test('a question without choices is answered yes, no or not known; every question may be not known', () => {
    const [inside, what] = api.questionsOf('fire.dense')
    expect(inside?.answers.map((answer) => answer.id)).toEqual(['yes', 'no', 'unknown'])
    expect(what?.answers.map((answer) => answer.text)).toEqual(['gas', 'belum tahu'])
    expect(api.questionsOf(undefined)).toEqual([])
  })

  test('the card an answer asks for comes first, then the type’s, then the kind’s', () => {
    expect(api.adviceFor('fire.dense', { inside: 'yes' }).map((card) => card.id)).toEqual(['trapped', 'out', 'kind'])
    expect(api.adviceFor('fire.dense', {}).map((card) => card.confirmed)).toEqual([true, false])
    expect(api.adviceFor(undefined, {})).toEqual([])
  })

  test('a type is found by its names and search words, and known by its letter', () => {
    expect(api.fits('fire.dense', 'gang') && api.fits('fire.dense', 'dense')).toBe(true)
    expect(api.fits('fire.dense', 'ular')).toBe(false)
    expect(api.letterOf('fire.dense')).toBe('K')
    expect(api.letterOf(undefined)).toBe('A')
    expect(api.vehicle('pump')).toBe('pompa')
  })

  test('what has no type yet is watched: it may be anything', () => {
    expect(api.watched(null)).toBe(true)
  })
})
