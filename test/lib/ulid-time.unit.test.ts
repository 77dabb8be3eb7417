import fc from 'fast-check'
import { encodeTime } from 'ulid'
import { expect, test } from 'vitest'
import { ulidTime } from '../../src/lib/ids.ts'

test('the time of a ULID is the millisecond that it was made of', () => {
  fc.assert(
    fc.property(fc.integer({ min: 0, max: 2 ** 48 - 1 }), (ms) => {
      expect(ulidTime(`${encodeTime(ms, 10)}0123456789ABCDEF`)).toBe(ms)
    }),
  )
})
