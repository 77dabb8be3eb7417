import { spawnSync } from 'node:child_process'
import fs from 'node:fs'
import path from 'node:path'
import { releaseProblems } from './release-problems.ts'

// Says whether the version of package.json can be released, and how: node checks/release.ts [--contract <check-contract.mjs>] [--only-look]
const root = path.join(import.meta.dirname, '..')
const read = (file: string): string => fs.readFileSync(path.join(root, file), 'utf8')

const linesOf = (...words: string[]): string[] => {
  const { stdout, status, stderr } = spawnSync('git', words, { cwd: root, encoding: 'utf8' })
  if (status !== 0) throw new Error(`git ${words.join(' ')} failed: ${stderr}`)
  return stdout.split('\n').filter(Boolean)
}

const passes = (command: string, ...words: string[]): boolean => {
  console.log(`\n$ ${[command, ...words].join(' ')}`)
  return spawnSync(command, words, { cwd: root, stdio: 'inherit' }).status === 0
}

const { version } = JSON.parse(read('package.json')) as { version: string }
const problems = releaseProblems({
  version,
  lockedVersion: (JSON.parse(read('package-lock.json')) as { version: string }).version,
  changelog: read('CHANGELOG.md'),
  schema: read('schema.graphql'),
  releasedSchema: read('docs/schema-released.graphql'),
  declaredBreaks: read('breaking-changes.json'),
  changedFiles: linesOf('status', '--porcelain').map((line) => line.slice(3)),
  tags: linesOf('tag', '--list', 'v*'),
})
for (const problem of problems) console.error(problem)

const contractAt = process.argv.indexOf('--contract')
const contract = contractAt < 0 ? [] : [['node', process.argv[contractAt + 1] ?? '']]
/** What takes long is tried last, and only where nothing is known to be missing. */
const steps = [
  ...contract,
  ['npm', 'run', 'check'],
  ['npm', 'test'],
  ['npm', 'run', 'test:long'],
  ['npm', 'pack', '--dry-run'],
]
const isReady =
  problems.length === 0 &&
  (process.argv.includes('--only-look') || steps.every(([command, ...words]) => passes(command!, ...words)))

if (isReady)
  console.log(
    `\nVersion ${version} can be released. Now: git tag -a v${version} -m 'Version ${version}' && git push origin v${version}`,
  )
else process.exitCode = 1
