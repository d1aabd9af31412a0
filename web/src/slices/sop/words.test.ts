// What a card says in the language of the screen.
import { afterEach, describe, expect, test } from 'vitest'
import { language } from '../../kernel/i18n'
import { answerOf, branchOf } from './words'

const ASKS = { id: 'sesak', text: 'Sesak?', text_en: 'Breathless?', role: 'crew' } as const
const STEP = { ...ASKS, answers: ['ya', 'belum-tahu'], answers_en: ['yes', 'not known'] }

afterEach(() => {
  language.value = 'id'
})

describe('an answer', () => {
  test('is read as it was written in Indonesian', () => {
    expect(STEP.answers.map((one) => answerOf(STEP, one))).toEqual(['ya', 'belum tahu'])
  })

  test('is read in English where the card has it, else as it was written', () => {
    language.value = 'en'
    expect(STEP.answers.map((one) => answerOf(STEP, one))).toEqual(['yes', 'not known'])
    expect(answerOf({ answers: ['belum-tahu'] }, 'belum-tahu')).toBe('belum tahu')
    expect(answerOf(STEP, 'dari-versi-lain')).toBe('dari versi lain')
    expect(answerOf(undefined, 'ya')).toBe('ya')
  })

  test('names its branch in the same words', () => {
    language.value = 'en'
    const branch = { ...ASKS, id: 'medis', when: { step: 'sesak', answer: 'belum-tahu' } }
    expect(branchOf(branch, [STEP, branch])).toContain('not known')
    language.value = 'id'
    const asks = { ...STEP, text: 'Sesak? Hitung napasnya.' }
    expect(branchOf(branch, [asks, branch])).toBe('bila “Sesak?” dijawab belum tahu')
  })
})
