import { z } from 'zod'
import { valueSources } from '../config/variables-now.ts'
import { diagnose } from './doctor.ts'
import type { Finding } from './finding.ts'
import { programCommand } from './program-command.ts'

const levelOf = ({ ok, isNote }: Finding): 'ok' | 'note' | 'wrong' => (ok ? (isNote ? 'note' : 'ok') : 'wrong')

/** How a line begins. */
const heads = { ok: 'ok     ', note: 'note   ', wrong: 'WRONG  ' } as const

/** Says what is set and what is wrong, a line each; whether nothing is wrong. */
export const doctorCommand = programCommand({
  name: 'doctor',
  summary: 'list every variable, and check the configuration, the machine and what they name, one line each',
  details: [
    'It may run beside a server, and then lists the variables of the server, and asks it what only the server may look at.',
    'It changes nothing but an object in the bucket, which it puts and removes.',
    'It fails when something is wrong. A note is nothing wrong, and should be known.',
  ],
  examples: [
    { call: 'doctor', about: 'what is set, and what has to be changed before the program can start' },
    { call: 'doctor --json', about: 'the same for a script' },
  ],
  result: z.object({
    ok: z.boolean().describe('whether nothing is wrong here'),
    level: z.enum(['ok', 'note', 'wrong']).describe('`ok`, `wrong`, or `note`: it works, and should be known'),
    text: z.string().describe('what was found, a sentence'),
    variable: z.string().nullable().describe('the variable that the line lists; null where it tells of a check'),
    value: z.string().nullable().describe('its value, a URL without its login; null of a secret, and of nothing'),
    source: z
      .enum(valueSources)
      .nullable()
      .describe('where the value comes from: an entry of the configuration is told where a server runs'),
  }),
  async run(_, { env, tell }) {
    const findings = await diagnose(env)
    for (const finding of findings) {
      const { ok, text, variable } = finding
      const level = levelOf(finding)
      const { name = null, value = null, source = null } = variable ?? {}
      tell({ ok, level, text, variable: name, value, source }, `${heads[level]}${text}`)
    }
    return findings.every(({ ok }) => ok)
  },
})
