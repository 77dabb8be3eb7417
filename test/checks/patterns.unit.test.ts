import { spawnSync } from 'node:child_process'
import fs from 'node:fs'
import path from 'node:path'
import { expect, test } from 'vitest'
import { patternsIn } from '../../checks/source-patterns.ts'
import { projectFolder } from '../support/app/program.ts'
import { temporaryDirectory } from '../support/stores/temporary-directory.ts'

/** What the check says about a file of this text. */
const check = async (text: string) => {
  await using directory = await temporaryDirectory('patterns')
  const file = path.join(directory.path, 'code.ts')
  fs.writeFileSync(file, text)
  const run = spawnSync(process.execPath, ['checks/patterns.ts', file], { cwd: projectFolder, encoding: 'utf8' })
  return { code: run.status, said: run.stderr.trim().split('\n') }
}

test('the check finds every regular expression whose time is more than linear in its text', async () => {
  const { code, said } = await check(
    [
      String.raw`const blank = /^(?:[\s,\uFEFF]|#[^\n\r]*)*$/`,
      String.raw`const suggestion = (text: string) => text.replace(/ Did you mean .*\?$/s, '')`,
      String.raw`const words = /^(?:\w+\s?)*$/`,
      String.raw`const end = new RegExp('\\s+$')`,
      'const found = (name: string) => new RegExp(name)',
      'const fine = [/^[a-z]{1,40}$/, /ab/g, RegExp("x")]',
    ].join('\n'),
  )
  expect(code).toBe(1)
  const lines = said.map((line) => /code\.ts:(\d+) (.*)/.exec(line)!)
  expect(lines.map(([, line]) => Number(line))).toEqual([1, 2, 3, 4, 5])
  expect(lines[0]![2]).toContain('exponential')
  expect(lines[1]![2]).toContain('a polynomial of degree 2')
  expect(lines[4]![2]).toContain('write it as a literal')
})

test('the check passes a file of fine ones', async () => {
  expect(await check('const fine = [/^[a-z]{1,40}$/, /ab/g]')).toMatchObject({ code: 0 })
})

test('patterns are found wherever they stand, and a division is none', () => {
  const { known, unknown } = patternsIn(
    'a.ts',
    ['const a = b / c / d', 'text.replace(/x[/]y/gi, z.match(/q/))', 'z.string().regex(/^r$/u)'].join('\n'),
  )
  expect(known).toEqual([
    { file: 'a.ts', line: 2, source: 'x[/]y', flags: 'gi' },
    { file: 'a.ts', line: 2, source: 'q', flags: '' },
    { file: 'a.ts', line: 3, source: '^r$', flags: 'u' },
  ])
  expect(unknown).toEqual([])
})
