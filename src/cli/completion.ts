// biome-ignore-all lint/suspicious/noTemplateCurlyInString: shells write their variables so

import { type CompletionWords, completionWords, type NextWord } from './completion-words.ts'
import type { Described } from './help.ts'

const quoted = (text: string): string => `'${text.replaceAll("'", "'\\''")}'`

const madeBy = (shell: string): string => `# Made of the program's own commands by: channelscope completion ${shell}`

/** Finds in $command the name that the words before the cursor begin with, in the language of bash and of zsh. */
const findName = (names: readonly string[], typed: string): string[] => [
  `  for word in ${typed}; do`,
  `    [ "$word" = help ] && [ -z "$command" ] && continue`,
  '    case "${command:+$command }$word" in',
  `      ${names.map(quoted).join('|')}) command="\${command:+$command }$word" ;;`,
  // An argument or an option is no longer the name. Of what is no command nothing is known.
  '      *) [ -n "$command" ] && break || return ;;',
  '    esac',
  '  done',
]

/** The branches that set what may come next: what the option before the cursor takes, else what follows the name. */
const branches = (
  { after, values }: CompletionWords,
  before: string,
  set: (words: readonly NextWord[]) => string,
): string[] => [
  `  case "$command ${before}" in`,
  ...Array.from(
    values,
    ([option, words]) => `    ${quoted(option)}) ${set(words.map((word) => ({ word, about: '' })))} ;;`,
  ),
  '    *) case "$command" in',
  ...Array.from(after, ([name, words]) => `      ${quoted(name)}) ${set(words)} ;;`),
  '      esac ;;',
  '  esac',
]

const bash = (words: CompletionWords): string[] => [
  madeBy('bash'),
  '_channelscope() {',
  `  local word command='' next=''`,
  '  COMPREPLY=()',
  ...findName(words.names, '"${COMP_WORDS[@]:1:COMP_CWORD-1}"'),
  ...branches(words, '${COMP_WORDS[COMP_CWORD-1]}', (next) => `next=${quoted(next.map(({ word }) => word).join(' '))}`),
  '  COMPREPLY=($(compgen -W "$next" -- "${COMP_WORDS[COMP_CWORD]}"))',
  '}',
  'complete -o default -F _channelscope channelscope',
]

const zsh = (words: CompletionWords): string[] => [
  '#compdef channelscope',
  madeBy('zsh'),
  '_channelscope() {',
  `  local word command=''`,
  '  local -a next',
  ...findName(words.names, '"${(@)words[2,CURRENT-1]}"'),
  ...branches(
    words,
    '${words[CURRENT-1]}',
    (next) => `next=(${next.map(({ word, about }) => quoted(about ? `${word}:${about}` : word)).join(' ')})`,
  ),
  '  _describe channelscope next || _files',
  '}',
  // Where the file is found by its name, zsh calls it; where it is read by hand, it has to be registered.
  'if [ "$funcstack[1]" = _channelscope ]; then _channelscope "$@"; else compdef _channelscope channelscope; fi',
]

const fish = ({ names, after, values }: CompletionWords): string[] => [
  madeBy('fish'),
  'function __channelscope_command',
  '  set -l command',
  '  set -l typed (commandline -opc)',
  '  for word in $typed[2..-1]',
  '    test "$word" = help; and test -z "$command"; and continue',
  '    set -l longer (string trim "$command $word")',
  `    contains -- "$longer" ${names.map(quoted).join(' ')}; or begin; test -n "$command"; or set command -; break; end`,
  '    set command $longer',
  '  end',
  '  test "$command" = "$argv[1]"',
  'end',
  ...Array.from(after, ([name, words]) =>
    words.map(({ word, about }) => {
      const when = `complete -c channelscope -n ${quoted(`__channelscope_command ${quoted(name)}`)}`
      const given = values.get(`${name} ${word}`)
      const what = word.startsWith('--') ? `-l ${word.slice(2)}` : `-f -a ${quoted(word)}`
      return `${when} ${what}${given ? ` -x -a ${quoted(given.join(' '))}` : ''} -d ${quoted(about)}`
    }),
  ).flat(),
]

const scripts = { bash, zsh, fish }

/** The shells that there is a script for. */
export type Shell = keyof typeof scripts

export const shells = Object.keys(scripts) as Shell[]

/** The lines of the script by which a shell completes the commands, their options and the words that these take. */
export const completionOf = (shell: Shell, commands: readonly Described[]): string[] =>
  scripts[shell](completionWords(commands))
