import fs from 'node:fs'
import { expect, test } from 'vitest'
import { longRuns } from '../../checks/long-runs.ts'

const read = (file: string): string => fs.readFileSync(file, 'utf8')

/** The variables by which test files are told how often, each with its file. */
const askedFor = fs
  .globSync('test/**/*.test.ts')
  .flatMap((file) =>
    [...read(file).matchAll(/Number\(process\.env\.([A-Z_]+) \?\?|support\/lib\/(cases)\.ts'/g)].map(
      ([, variable, isCases]) => [file, isCases ? 'CASES_TIMES' : variable!] as const,
    ),
  )
  // These repeat an earlier run, and say nothing of how long it is.
  .filter(([, variable]) => !/_SEED$|_ROWS$/.test(variable))

test('every test that is told how often by a variable is run in full before a release', () => {
  expect(askedFor.toSorted()).toEqual(
    longRuns.flatMap(({ tests, variable }) => tests.map((one) => [`test/${one}.test.ts`, variable])).toSorted(),
  )
})

test('the table for contributors has all of them', () => {
  const table = read('CONTRIBUTING.md')
    .split('\n')
    .filter((line) => /^\| `[A-Z_]+=/.test(line))
    .map((line) => line.split('|').map((cell) => cell.trim()))
    .map(([, variable, test, what]) => ({ variable, test, what }))
  expect(table).toEqual(
    longRuns.map(({ variable, full, tests, what }) => ({
      variable: `\`${variable}=${full}\``,
      test: tests.length > 1 ? 'those that use `support/lib/cases`' : `\`${tests[0]!.replace(/\.\w+$/, '')}\``,
      what,
    })),
  )
})
