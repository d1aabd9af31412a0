// What the writer of a card sees while writing: the steps as far as they can be read, and the line of what is wrong.
import { describe, expect, test } from 'vitest'
import { draftOf, lineOf } from './front'

const CARD = `---
title: Evakuasi tawon
steps:
  - {id: jarak, text: Jauhkan warga, role: crew}
  - id: sengat
    text: Ada yang disengat?
    role: kru
---
Tawon **vespa** menyerang berkelompok.
`

describe('the front matter of a card that is being written', () => {
  test('shows title, steps and text', () => {
    const draft = draftOf(CARD)
    expect(draft?.title).toBe('Evakuasi tawon')
    expect(draft?.steps.map((step) => step.id)).toEqual(['jarak', 'sengat'])
    expect(draft?.body).toBe('Tawon **vespa** menyerang berkelompok.')
  })

  test('shows nothing while it cannot be read, and no step that has no text', () => {
    expect(draftOf('title: tanpa garis')).toBeUndefined()
    expect(draftOf('---\ntitle: [\n---\n')).toBeUndefined()
    expect(draftOf('---\nsteps: [{id: a}, 3]\n---\n')?.steps).toEqual([])
  })

  test('takes an answer for the word it is, and what is none yet for no answer', () => {
    const steps = (more: string) => draftOf(`---\nsteps: [{id: a, text: A, role: crew, ${more}}]\n---\n`)?.steps
    expect(steps('answers: [true, 2, ya], answers_en: [yes, no, 3]')?.[0]).toMatchObject({
      answers: ['true', '2', 'ya'],
      answers_en: ['yes', 'no', '3'],
    })
    expect(steps('answers: ya, when: b')?.[0]).toMatchObject({ answers: [] })
    expect(steps('when: {step: b, answer: no}')?.[0]?.when).toEqual({ step: 'b', answer: 'no' })
  })

  test('unfolds no anchors', () => {
    expect(draftOf('---\na: &a [x, x]\nsteps: [*a, *a]\n---\n')?.steps).toEqual([])
  })

  test('the place that the node names is a line of the text', () => {
    expect(lineOf(CARD, '5:3')).toBe(5)
    expect(lineOf(CARD, 'steps[1].role')).toBe(7)
    expect(lineOf(CARD, 'steps[0]')).toBe(4)
    expect(lineOf(CARD, 'steps[0].missing')).toBe(4)
    expect(lineOf(CARD, 'title')).toBe(2)
    expect(lineOf('nothing', 'title')).toBe(1)
  })
})
