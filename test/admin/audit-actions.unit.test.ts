import { globSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import { actionNames } from '../../admin/src/settings/audit/audit-words.ts'

const src = join(import.meta.dirname, '../../src')

test('the panel has words for every action that the server records', () => {
  const recorded = new Set(
    globSync('**/*.ts', { cwd: src }).flatMap((file) =>
      Array.from(
        readFileSync(join(src, file), 'utf8').matchAll(/(?:action: |author, )'([a-z-]+\.[a-z]+)'/g),
        ([, action]) => action!,
      ),
    ),
  )
  expect([...recorded].sort()).toEqual(Object.keys(actionNames).sort())
})
