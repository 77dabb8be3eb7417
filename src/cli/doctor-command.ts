import { diagnose } from './doctor.ts'
import { programCommand } from './program-command.ts'

/** Says what is wrong, a line each; whether nothing is. */
export const doctorCommand = programCommand({
  name: 'doctor',
  summary: 'check the configuration, the machine and the stores, one line for each fault',
  async run(_, { env, output }) {
    const findings = await diagnose(env)
    for (const { ok, text } of findings) output.say(`${ok ? 'ok     ' : 'WRONG  '}${text}`)
    return findings.every(({ ok }) => ok)
  },
})
