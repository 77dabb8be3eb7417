import { readFileSync } from 'node:fs'
import path from 'node:path'
import { expect, test } from 'vitest'
import { variableGroups } from '../../src/config/config.ts'
import { builtInPlatforms } from '../../src/platforms/registry.ts'

const page = readFileSync(path.join(import.meta.dirname, '../../docs/configuration.md'), 'utf8')

test('the documentation has every variable of the environment as it is declared', () => {
  const [, section] = page.split('## The environment\n')
  const rows = section!
    .split('\n')
    .filter((line) => line.startsWith('| `'))
    .map((line) =>
      line
        .split('|')
        .map((cell) => cell.trim())
        .slice(1, -1)
        .join(' | '),
    )
  const declared = variableGroups(builtInPlatforms).flatMap(({ variables }) =>
    Object.entries(variables).map(([name, { schema, secret, unset, ...variable }]) =>
      [
        `\`${name}\``,
        schema.description,
        variable.default === undefined ? unset : `\`${variable.default}\``,
        secret ? 'yes' : '',
        variable.description,
      ].join(' | '),
    ),
  )
  expect(rows).toEqual(declared)
})
