import { expect, test } from 'vitest'
import { createPace } from '../../src/backup/pace.ts'

const clockOf = (used = 0.2) => {
  let at = 1_000
  const waits: number[] = []
  return {
    waits,
    pass(ms: number) {
      at += ms
    },
    now: () => at,
    usage: () => used,
    async wait(ms: number) {
      waits.push(ms)
      at += ms
    },
  }
}

test('as much time is free after a slice as it took, and what is done meanwhile counts', async () => {
  const clock = clockOf()
  const pace = createPace(new AbortController().signal, clock)
  const slice = (ms: number) => pace(async () => clock.pass(ms))
  await slice(30)
  await slice(8)
  clock.pass(5)
  await slice(2)
  clock.pass(100)
  await slice(4)
  expect(clock.waits).toEqual([30, 3])
})

test('on a busy machine nine tenths of the time are free once five seconds were worked', async () => {
  const clock = clockOf(0.7)
  const pace = createPace(new AbortController().signal, clock)
  await pace(async () => clock.pass(3_000))
  await pace(async () => clock.pass(2_000))
  await pace(async () => clock.pass(10))
  await pace(async () => clock.pass(2))
  await pace(async () => undefined)
  expect(clock.waits).toEqual([3_000, 2_000, 90, 18])
})

test('a slice that fails is waited for as well, and none begins after the end', async () => {
  const clock = clockOf()
  const ending = new AbortController()
  const pace = createPace(ending.signal, clock)
  const fails = pace(async () => {
    clock.pass(7)
    throw new Error('broken')
  })
  await expect(fails).rejects.toThrow('broken')
  await pace(async () => undefined)
  expect(clock.waits).toEqual([7])
  ending.abort(new Error('stopped'))
  let begun = false
  await expect(
    pace(async () => {
      begun = true
    }),
  ).rejects.toThrow('stopped')
  expect(begun).toBe(false)
})
