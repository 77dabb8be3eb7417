import { spawnSync } from 'node:child_process'
import { expect, test } from 'vitest'
import { completionOf } from '../../src/cli/completion.ts'
import { programCommands } from '../../src/cli/program-commands.ts'

const scriptOf = (shell: 'bash' | 'zsh' | 'fish'): string => `${completionOf(shell, programCommands).join('\n')}\n`

/** What bash offers for the last one of these words, for each line. */
const offered = (lines: readonly string[][]): string[][] => {
  const asked = lines.map((words) => `offer ${['channelscope', ...words].map((word) => `'${word}'`).join(' ')}`)
  // biome-ignore lint/suspicious/noTemplateCurlyInString: the language of bash
  const offer = 'offer() { COMP_WORDS=("$@"); COMP_CWORD=$(($# - 1)); _channelscope; echo "${COMPREPLY[*]}"; }'
  const { stdout, stderr, status } = spawnSync('/bin/bash', ['--norc'], {
    input: [scriptOf('bash'), offer, ...asked].join('\n'),
    encoding: 'utf8',
  })
  expect({ stderr, status }).toEqual({ stderr: '', status: 0 })
  return stdout
    .trimEnd()
    .split('\n')
    .map((line) => line.split(' ').filter(Boolean))
}

test('bash offers every command, word by word, and then its options', () => {
  const lines = programCommands.flatMap(({ name, options }) => {
    const words = name.split(' ')
    const names = words.map((word, index) => ({ line: [...words.slice(0, index), ''], word }))
    return [...names, ...Object.keys(options).map((key) => ({ line: [...words, '--'], word: `--${key}` }))]
  })
  const found = offered(lines.map(({ line }) => line))
  for (const [index, { line, word }] of lines.entries()) expect(found[index], line.join(' ')).toContain(word)
})

test('bash offers the words that an argument or an option may be, and what help explains', () => {
  expect(
    offered([
      ['job', 'trust-'],
      ['key', 'create', '--role', ''],
      ['help', 'archive', 'l'],
      ['archive', 'list', '--t'],
      ['nonsense', 'archive', 'l'],
      ['--v'],
    ]),
  ).toEqual([
    ['trust-scores', 'trust-leaderboard'],
    ['PUBLIC', 'OPERATOR', 'ADMIN'],
    ['list'],
    ['--to'],
    [],
    ['--version'],
  ])
})

test.each(['zsh', 'fish'] as const)(
  'the script of %s has every command with its options and what each is for',
  (shell) => {
    const lines = scriptOf(shell).split('\n')
    const quoted = (text: string) => text.replaceAll("'", "'\\''")
    for (const { name, summary, options } of programCommands) {
      const last = name.split(' ').at(-1)!
      expect(
        lines.some((line) => line.includes(last) && line.includes(quoted(summary))),
        name,
      ).toBe(true)
      for (const [key, { about }] of Object.entries(options)) {
        const option = shell === 'fish' ? `-l ${key} ` : `'--${key}:`
        const isOf = (line: string) => line.includes(shell === 'fish' ? quoted(`'${name}'`) : `'${name}')`)
        expect(
          lines.some((line) => isOf(line) && line.includes(option) && line.includes(quoted(about))),
          key,
        ).toBe(true)
      }
    }
  },
)
