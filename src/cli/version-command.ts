import { z } from 'zod'
import { ownVersion } from '../lib/own-version.ts'
import { programCommand } from './program-command.ts'

/** Says which version this is. */
export const versionCommand = programCommand({
  name: 'version',
  summary: 'say which version this is, and which Node.js runs it',
  details: ['--version and -v, as the first word, mean the same.'],
  examples: [{ call: '--version', about: 'channelscope 0.1.0 (Node.js 24.21.0)' }],
  result: z.object({
    version: z.string().describe('the version of Channelscope'),
    node: z.string().describe('the version of Node.js that runs it'),
  }),
  async run(_, { tell }) {
    const version = ownVersion()
    const { node } = process.versions
    tell({ version, node }, `channelscope ${version} (Node.js ${node})`)
    return true
  },
})
