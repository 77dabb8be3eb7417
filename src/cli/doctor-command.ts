import { z } from 'zod'
import { diagnose } from './doctor.ts'
import { programCommand } from './program-command.ts'

/** Says what is wrong, a line each; whether nothing is. */
export const doctorCommand = programCommand({
  name: 'doctor',
  summary: 'check the configuration, the machine and the stores, one line for each fault',
  details: ['It changes nothing, and may run beside a server. It fails when something is wrong.'],
  examples: [{ call: 'doctor', about: 'what has to be changed before the program can start' }],
  result: z.object({
    ok: z.boolean().describe('whether nothing is wrong here'),
    text: z.string().describe('what was found, a sentence'),
  }),
  async run(_, { env, tell }) {
    const findings = await diagnose(env)
    for (const { ok, text } of findings) tell({ ok, text }, `${ok ? 'ok     ' : 'WRONG  '}${text}`)
    return findings.every(({ ok }) => ok)
  },
})
