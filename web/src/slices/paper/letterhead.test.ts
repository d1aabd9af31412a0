import { expect, test } from 'vitest'
import { linesOf, saidOf, wishOf } from './letterhead'

const ROW = {
  government: 'Pemerintah Kota',
  name: 'Dinas',
  address: 'Jalan 1',
  phone: '',
  emergency: '112',
  email: '',
  site: '',
  place: 'Bontang',
  head: 'Kepala Dinas',
  number: '300/{number}/{year}',
  basis: ['UU 23/2014;', 'Permendagri 114/2018.'],
}

test('what stands there is said again unchanged', () => {
  expect(wishOf(saidOf(ROW))).toEqual({ kind: 'paper.set-letterhead', ...ROW })
})

test('before anybody set it every box is empty', () => {
  expect(wishOf(saidOf(undefined)).name).toBe('')
  expect(wishOf(saidOf(undefined)).basis).toEqual([])
})

test('a basis is a line; empty ones and spaces are none', () => {
  expect(linesOf(' UU 23 \n\n  PP 2\n')).toEqual(['UU 23', 'PP 2'])
})
