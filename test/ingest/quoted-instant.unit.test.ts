import { expect, test } from 'vitest'
import { quotedMilliseconds, quotedSeconds } from '../../src/ingest/quoted-instant.ts'

test.each([
  [0, '"0000000000.000"'],
  [5, '"0000000000.005"'],
  [1_788_183_156_335, '"1788183156.335"'],
  [10_413_791_999_999, '"10413791999.999"'],
  [-1, '"1969-12-31 23:59:59.999"'],
  [-2_208_988_800_000, '"1900-01-01 00:00:00.000"'],
])('%s milliseconds are %s', (ms, text) => expect(quotedMilliseconds(ms)).toBe(text))

test.each([
  [0, '"0000000000"'],
  [1_999, '"0000000001"'],
  [4_294_967_295_000, '"4294967295"'],
])('%s milliseconds in whole seconds are %s', (ms, text) => expect(quotedSeconds(ms)).toBe(text))
