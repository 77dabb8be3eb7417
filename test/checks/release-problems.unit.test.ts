import { expect, test } from 'vitest'
import { type ReleaseFacts, releaseProblems } from '../../checks/release-problems.ts'

const ready: ReleaseFacts = {
  version: '1.2.0',
  lockedVersion: '1.2.0',
  changelog:
    '# Changelog\n\n## [Unreleased]\n\n## [1.2.0] - 2026-11-30\n\n- A line.\n\n## [1.1.9] - 2026-11-01\n\n- Another.\n',
  schema: 'type Query',
  releasedSchema: 'type Query',
  declaredBreaks: '[]\n',
  changedFiles: [],
  tags: ['v1.1.9', 'something-else'],
}

test('a release of which all is done has no problem', () => {
  expect(releaseProblems(ready)).toEqual([])
})

test.each<[string, Partial<ReleaseFacts>, RegExp]>([
  ['a version of two numbers', { version: '1.2' }, /is not one like/],
  ['another version in the lock', { lockedVersion: '1.1.9' }, /package-lock\.json says version 1\.1\.9/],
  ['a version that is tagged', { tags: ['v1.2.0'] }, /is not newer than 1\.2\.0/],
  ['a version that is older by one digit', { tags: ['v1.10.0'] }, /is not newer than 1\.10\.0/],
  [
    'lines that belong to the release',
    { changelog: ready.changelog.replace('[Unreleased]\n', '[Unreleased]\n\n- More.\n') },
    /has lines below \[Unreleased\]/,
  ],
  ['no lines of its own', { changelog: ready.changelog.replace('- A line.', '') }, /has no lines below/],
  ['no date', { changelog: ready.changelog.replace(' - 2026-11-30', '') }, /has no lines below/],
  ['a schema that was not released', { releasedSchema: 'type Old' }, /codegen\.ts --release/],
  ['breaks that are declared', { declaredBreaks: '[{}]' }, /codegen\.ts --release/],
  ['files that are not committed', { changedFiles: ['a', 'b'] }, /differ from the last commit: a, b/],
])('%s is told', (_, facts, problem) => {
  const found = releaseProblems({ ...ready, ...facts })
  expect(found.some((one) => problem.test(one))).toBe(true)
})
