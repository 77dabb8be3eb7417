import fc from 'fast-check'
import { expect, test } from 'vitest'
import { createSynchronizedClock } from '../../src/lib/synchronized-clock.ts'

const hourMs = 3_600_000

test('a clock that is set, either way, moves nothing', () => {
  const time = { machine: 1_000_000, steady: 50 }
  const { now } = createSynchronizedClock(
    () => time.machine,
    () => time.steady,
  )
  expect(now()).toBe(1_000_000)
  for (const step of [2 * hourMs, -2 * hourMs, -2 * hourMs, 1_500]) {
    time.machine += step
    time.steady += 10
    const before = now()
    time.steady += 10
    expect(now()).toBe(before + 10)
  }
})

test('whatever the machine says, what is heard is off by no more than half of what the question took', () => {
  const ms = fc.integer({ min: 0, max: 5_000 })
  const questions = fc.array(fc.record({ pause: ms, there: ms, back: ms }), { minLength: 1, maxLength: 20 })
  const offset = fc.integer({ min: -48 * hourMs, max: 48 * hourMs })
  fc.assert(
    fc.property(offset, questions, (machineOffset, asked) => {
      const epoch = 1_900_000_000_000
      let steady = 0
      const theirs = () => epoch + steady
      const clock = createSynchronizedClock(
        () => theirs() + machineOffset,
        () => steady,
      )
      for (const { pause, there, back } of asked) {
        steady += pause
        const askedAt = steady
        steady += there
        const said = theirs()
        steady += back
        clock.adjust(said, askedAt, steady)
        const bound = Math.max(steady - askedAt, 2) + 1
        expect(Math.abs(clock.now() - theirs())).toBeLessThanOrEqual(bound)
      }
    }),
  )
})

test('a slow question does not undo what a quick one has found', () => {
  let steady = 0
  const clock = createSynchronizedClock(
    () => 2 * hourMs,
    () => steady,
  )
  expect(clock.adjust(1_000, 0, 2)).toBe(1_000 - 1 - 2 * hourMs)
  steady = 10_000
  expect(clock.adjust(8_000, 5_000, 10_000)).toBe(0)
  expect(clock.now()).toBe(10_999)
})
