import fs from 'node:fs'
import path from 'node:path'
import { check } from 'recheck'
import { codeFiles, patternsIn, type SourcePattern } from './source-patterns.ts'

// Says which regular expressions of the program can take longer than in proportion to the text they are given. The arguments are
// the folders and files to read.

// How long the machine takes must not decide: the work of the checker is bounded by its own counts.
const bounds = { timeout: null, attackTimeout: null, incubationTimeout: null }

/** What is wrong with a regular expression in a few words; null where its time is linear in the text. */
const fault = async ({ source, flags }: SourcePattern): Promise<string | null> => {
  const result = await check(source, flags, bounds)
  if (result.status === 'safe') return null
  if (result.status === 'unknown') return `can not be judged (${result.error.kind})`
  const { complexity, attack } = result
  const growth = complexity.type === 'polynomial' ? `a polynomial of degree ${complexity.degree}` : 'exponential'
  return `takes time that is ${growth} in the text, as of ${attack.pattern}`
}

const judged = new Map<string, string | null>()
const judge = async (pattern: SourcePattern): Promise<string | null> => {
  const key = `${pattern.flags} ${pattern.source}`
  const known = judged.get(key)
  if (known !== undefined) return known
  const what = await fault(pattern)
  judged.set(key, what)
  return what
}

const root = path.dirname(import.meta.dirname)
const problems: string[] = []
let count = 0
for (const file of codeFiles(root, process.argv.slice(2))) {
  const { known, unknown } = patternsIn(file, fs.readFileSync(path.resolve(root, file), 'utf8'))
  count += known.length
  for (const pattern of known) {
    const what = await judge(pattern)
    if (what) problems.push(`${file}:${pattern.line} /${pattern.source}/${pattern.flags} ${what}.`)
  }
  for (const { line, code } of unknown)
    problems.push(
      `${file}:${line} ${code} is made while the program runs: write it as a literal, so that it can be judged.`,
    )
}
for (const problem of problems) console.error(problem)
if (problems.length > 0) process.exitCode = 1
else console.log(`The time of all ${count} regular expressions is linear in their text.`)
