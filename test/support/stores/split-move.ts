import { splitCommands } from '../../../src/cli/split-commands.ts'

/** What a command said, and whether it did what it was asked to. */
export type Said = { done: boolean; results: Record<string, unknown>[]; lines: string[] }

/** Runs a command that moves `dm` in this process. */
export const runSplit = async (
  name: string,
  given: Record<string, unknown>,
  env: Record<string, string>,
): Promise<Said> => {
  const command = splitCommands.find((one) => one.name === `split-dm ${name}`)!
  const results: Record<string, unknown>[] = []
  const lines: string[] = []
  const done = await command.run(
    { 'dry-run': false, ...given },
    {
      env: { LOG_LEVEL: 'error', ...env },
      words: [],
      output: undefined as never,
      say: (text: string | readonly string[]) => void lines.push(...[text].flat()),
      tell: (result: object, text: string | readonly string[]) => {
        results.push(result as Record<string, unknown>)
        lines.push(...[text].flat())
      },
    },
  )
  return { done, results, lines }
}
