import { readdirSync, readFileSync } from 'node:fs'
import path from 'node:path'
import { expect, test } from 'vitest'
import { projectFolder } from '../../support/app/program.ts'

// A connection that has prepared one of two statements with one name refuses the other: only some requests would fail, and only later.
test('no two statements are declared with one name', () => {
  const source = path.join(projectFolder, 'src')
  const names = readdirSync(source, { recursive: true, encoding: 'utf8' })
    .filter((file) => file.endsWith('.ts'))
    .flatMap((file) =>
      [...readFileSync(path.join(source, file), 'utf8').matchAll(/\bstatement\(\s*'(\w+)',/g)].map(([, name]) => name!),
    )
  expect(names.length).toBeGreaterThan(100)
  expect(names.filter((name, index) => names.indexOf(name) !== index)).toEqual([])
})
