import { expect, test } from 'vitest'
import { readNative } from '../../../src/stores/clickhouse/native-format.ts'

// One column n of type UInt16 with the rows 1 and 515.
const block = Uint8Array.from([1, 2, 1, 110, 6, 85, 73, 110, 116, 49, 54, 1, 0, 3, 2])
const types = { n: 'UInt16' } as const

test('blocks follow one another, wherever they begin in the memory', () => {
  const bytes = new Uint8Array([0, ...block, ...block]).subarray(1)
  expect(readNative(bytes, types)).toEqual({ n: Float64Array.of(1, 515, 1, 515) })
})

test('an answer that breaks off anywhere is refused', () => {
  for (let length = 1; length < block.length; length++)
    expect(() => readNative(block.subarray(0, length), types)).toThrow(TypeError)
})

test('no answer at all is no rows', () => {
  expect(readNative(new Uint8Array(), types)).toEqual({ n: new Float64Array() })
})
