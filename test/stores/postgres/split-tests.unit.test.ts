import fs from 'node:fs'
import { expect, test } from 'vitest'
import { leftOut, splitTests } from '../../support/stores/split-tests.ts'

test('tests of every room in which both sides meet run over two databases', () => {
  const rooms = new Set(splitTests().map((file) => file.split('/')[1]))
  for (const room of [
    'access',
    'app',
    'claims',
    'commands',
    'compiled',
    'erasing',
    'resolvers',
    'settings',
    'trust',
    'workers',
  ])
    expect(rooms).toContain(room)
})

test('what is left out is there, and has a reason', () => {
  for (const [place, reason] of Object.entries(leftOut)) {
    expect(fs.existsSync(place), place).toBe(true)
    expect(reason).toMatch(/\w+ \w+/)
  }
})
