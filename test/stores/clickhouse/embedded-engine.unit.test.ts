import { expect, test } from 'vitest'
import { missingFlags, whyNoEngine } from '../../../src/stores/clickhouse/embedded-engine.ts'

/** What a machine says of its processor. */
const machine = (flags: string): string =>
  `processor\t: 0\nmodel name\t: some\nflags\t\t: fpu sse4_2 ${flags}\nbogomips\t: 1\n`

const level3 = 'avx avx2 bmi1 bmi2 f16c fma abm movbe'

test('a processor that lacks instructions of the embedded engine is refused in one line that says what else there is', () => {
  expect(whyNoEngine(machine('avx'), 'x64')).toBe(
    'The embedded ClickHouse needs a processor with avx2, bmi1, bmi2, f16c, fma, movbe, which this one lacks (x86-64-v3): use another machine, or set CLICKHOUSE_URL to use a server.',
  )
  expect(missingFlags(machine(level3.replace('bmi2', 'bmi20')), 'x64')).toEqual(['bmi2'])
})

test('a processor that has them, of another kind, or that tells nothing is not', () => {
  expect(missingFlags(machine(level3), 'x64')).toEqual([])
  const asVirtualMachinesTell = level3.replace(' abm', '')
  expect(missingFlags(machine(asVirtualMachinesTell), 'x64')).toEqual([])
  expect(missingFlags(machine('avx'), 'arm64')).toEqual([])
  expect(missingFlags('', 'x64')).toEqual([])
  expect(whyNoEngine()).toBeNull()
})
