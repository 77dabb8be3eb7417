import { createInterface } from 'node:readline/promises'
import { adoptionState } from '../adoption/phases.ts'
import { requireParity, requireQuiet } from '../adoption/require-quiet.ts'
import { requireTakenOver } from '../adoption/telemetry-parity.ts'
import { matching } from '../commands/values.ts'
import { ConfigError } from '../lib/errors.ts'
import { openAdoption } from './adopt-context.ts'
import { phaseResult, runPhase } from './adopt-phase.ts'
import { programCommand } from './program-command.ts'

const usualQuietSeconds = 86_400

/** Asks whoever sits at the terminal; a ConfigError where nobody agrees. */
const requireConsent = async (signal: AbortSignal): Promise<void> => {
  const what = 'Phase B drops the tables and columns from before, which can not be undone'
  if (!process.stdin.isTTY) throw new ConfigError(`${what}: say so with --yes.`)
  const terminal = createInterface({ input: process.stdin, output: process.stderr })
  try {
    const said = await terminal.question(`${what}. Type yes to go on: `, { signal })
    if (said.trim().toLowerCase() !== 'yes') throw new ConfigError('Nothing was changed.')
  } finally {
    terminal.close()
  }
}

/** Drops what is old. */
export const adoptPhaseBCommand = programCommand({
  name: 'adopt phase-b',
  summary: 'drop the tables and columns from before, once nothing writes to them',
  details: [
    'It refuses while `adopt status` shows a difference, or while something wrote through an old column within the quiet time.',
    'It can not be undone. It goes on where it was when it is run again, also after a kill.',
  ],
  options: {
    'dry-run': { about: 'say what it would do and change nothing' },
    'quiet-for': {
      about: 'how long nothing may have written through an old column (86400)',
      value: matching('<seconds>', /^\d{1,9}$/, 'a number of seconds'),
    },
    yes: { about: 'answer the question whether to drop' },
  },
  examples: [{ call: 'adopt phase-b --quiet-for 3600 --yes', about: 'an hour after the last old writer was stopped' }],
  result: phaseResult,
  async run(given, context) {
    const quietSeconds = given['quiet-for'] === undefined ? usualQuietSeconds : Number(given['quiet-for'])
    await using adoption = await openAdoption(context, { phase: 'phase-b', isPlan: given['dry-run'] })
    // Once it has begun, old tables may be gone, and it can only go on.
    const isOverlap = async () => (await adoptionState(adoption.db)) === 'overlap'
    return await runPhase('phase-b', adoption, context, {
      dryRun: given['dry-run'],
      async check() {
        if (!(await isOverlap())) return
        await requireParity(adoption.db)
        await requireTakenOver(adoption.clickHouse)
        await requireQuiet(adoption, quietSeconds)
      },
      async consent() {
        if (!given.yes && (await isOverlap())) await requireConsent(adoption.signal)
      },
    })
  },
})
