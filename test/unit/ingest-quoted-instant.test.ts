import { expect, test } from 'vitest'
import { quotedMilliseconds, quotedSeconds } from '../../src/ingest/quoted-instant.ts'

test.each([
  [0, '"0000000000.000"'],
  [5, '"0000000000.005"'],
  [1_788_183_156_335, '"1788183156.335"'],
  [10_413_791_999_999, '"10413791999.999"'],
  [-1, '"-0000000000.001"'],
  [-1_500, '"-0000000001.500"'],
])('%s milliseconds are %s', (ms, text) => expect(quotedMilliseconds(ms)).toBe(text))

test.each([
  [0, '"0000000000"'],
  [1_999, '"0000000001"'],
  [4_294_967_295_000, '"4294967295"'],
])('%s milliseconds in whole seconds are %s', (ms, text) => expect(quotedSeconds(ms)).toBe(text))
