import { z } from 'zod'
import { oneOf } from '../commands/values.ts'
import { completionOf, shells } from './completion.ts'
import type { Described } from './help.ts'
import { programCommand } from './program-command.ts'

/** Says how a shell completes these commands. */
export const completionCommand = (commands: () => readonly Described[]) =>
  programCommand({
    name: 'completion',
    summary: 'print the script by which a shell completes commands, options and their words',
    details: ['A new version of the program has a new script.'],
    arguments: { shell: { about: 'the shell', value: oneOf(shells), required: true } },
    examples: [
      {
        call: 'completion bash > ~/.local/share/bash-completion/completions/channelscope',
        about: 'for bash with bash-completion; without it, end ~/.bashrc with: source <(channelscope completion bash)',
      },
      {
        call: 'completion zsh > ~/.zfunc/_channelscope',
        about: 'for zsh with ~/.zfunc in fpath; else end ~/.zshrc with: source <(channelscope completion zsh)',
      },
      { call: 'completion fish > ~/.config/fish/completions/channelscope.fish', about: 'for fish' },
    ],
    result: z.object({ shell: z.enum(shells).describe('the shell'), script: z.string().describe('the script') }),
    async run({ shell }, { tell }) {
      const lines = completionOf(shell, commands())
      tell({ shell, script: `${lines.join('\n')}\n` }, lines)
      return true
    },
  })
