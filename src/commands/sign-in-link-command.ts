import { z } from 'zod'
import { signInCodeHours } from '../access/sign-in-codes.ts'
import { ConfigError } from '../lib/errors.ts'
import { storeCommand } from './store-command.ts'

const needsServer = 'A sign-in link needs a running server: start it with channelscope start.'

/** Makes a link to the panel that signs an administrator in. */
export const signInLinkCommand = storeCommand({
  name: 'sign-in-link',
  summary: 'make a link that signs an administrator in to the panel, once',
  details: [
    `The link is good once, for ${signInCodeHours} hours, and while the server runs that has made it.`,
    'Who opens it has the admin key: give it to nobody else.',
  ],
  needsServer,
  examples: [{ call: 'sign-in-link', about: 'open the panel as administrator without looking up a key' }],
  result: z.object({ url: z.string().describe('the link') }),
  async run(_, { services: { makeSignInLink }, say, tell, record }) {
    if (!makeSignInLink) throw new ConfigError(needsServer)
    await record()
    const url = makeSignInLink()
    tell({ url }, url)
    say(`It is good once, for ${signInCodeHours} hours.`)
    return true
  },
})
