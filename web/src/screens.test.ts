// Where people and devices begin, and what stands in their menu.
import { expect, test } from 'vitest'
import { homeOf, openTo } from './kernel/screens'
import { byLink, SCREENS } from './screens'

const person = (...roles: string[]) => ({ account: 'a-1', device: null, roles })
const home = (who: Parameters<typeof homeOf>[1]) => homeOf(SCREENS, who)?.path

test('everybody begins where their work is', () => {
  expect(home(person('call-taker'))).toBe('/meja')
  expect(home(person('shift-leader', 'crew'))).toBe('/meja')
  expect(home(person('commander'))).toBe('/komando')
  expect(home(person('crew', 'commander'))).toBe('/komando')
  expect(home(person('crew'))).toBe('/armada')
  expect(home(person('coordinator'))).toBe('/penghubung')
})

test('a device signed in as itself begins at its unit, or at its station where it rides on none', () => {
  const device = { account: 'perangkat-1', device: 'perangkat-1', roles: ['crew'] }
  expect(home({ ...device, unit: 'BTG-1' } as typeof device)).toBe('/armada')
  expect(home(device)).toBe('/pos')
})

test('a menu holds what its roles may open, and everybody their own device', () => {
  const menu = (...roles: string[]) => SCREENS.filter((screen) => openTo(screen, roles)).map((screen) => screen.path)
  expect(menu('crew')).not.toContain('/serah-jaga')
  expect(menu('dispatcher')).toContain('/serah-jaga')
  expect(menu('reporter')).toContain('/perangkat')
  expect(menu('administrator')).toContain('/pengaturan')
  expect(menu('shift-leader', 'dispatcher', 'commander')).not.toContain('/pengaturan')
})

test('every path is opened by one screen only', () => {
  const paths = SCREENS.flatMap((screen) => [screen.path, ...(screen.also ?? [])])
  expect(new Set(paths).size).toBe(paths.length)
})

test("the link of an alert is told from the page of one's own calls", () => {
  expect(byLink('/saya', `a-1/2/${'0'.repeat(32)}`)).toBe(true)
  expect(byLink('/saya', '')).toBe(false)
})
