import { z } from 'zod'
import { createHttpCaller } from './http-caller.ts'
import { endingOf, judgeStatus } from './judge-status.ts'
import { signatureHeaders } from './sign-message.ts'
import { keysAt, showSigningKey, signingKeys } from './signing-keys.ts'
import type { AlertMessage } from './target.ts'
import { targetKind } from './target-kind.ts'
import { partsOf, secretsOfUrl, targetUrl } from './target-url.ts'

/** The form that Standard Webhooks recommends: the type, when it happened, and the rest. */
const bodyOf = ({ kind, at, ...data }: AlertMessage): string => JSON.stringify({ type: kind, timestamp: at, data })

const authorization = z
  .string({ error: 'The authorization must be a text.' })
  .regex(/^[\x20-\x7e]{1,4096}$/, { error: 'The authorization must be 1 to 4096 printable characters.' })

/** An HTTP endpoint that is told by signed requests, as Standard Webhooks defines them. */
export const httpTarget = targetKind({
  settings: z.strictObject({}, { error: 'A target of HTTP has no settings.' }),
  secrets: z.strictObject(
    {
      url: targetUrl,
      signingKeys,
      /** The value of the header `Authorization`, for receivers that ask for a login. */
      authorization: authorization.optional(),
    },
    { error: 'A target of HTTP has the secrets url, signingKeys and authorization.' },
  ),
  open: (_settings, secrets, { connect, clock, version }) => {
    const { origin, path } = partsOf(secrets.url)
    const keys = secrets.signingKeys
    const hidden = [...secretsOfUrl(secrets.url), secrets.authorization ?? '', ...keys.map(({ key }) => key)]
    const caller = createHttpCaller({ origin, connect, secrets: hidden })
    return {
      attempt: async (message, { signal }) => {
        const body = bodyOf(message)
        const at = clock()
        const headers = {
          'content-type': 'application/json',
          'user-agent': `Channelscope/${version}`,
          ...(secrets.authorization !== undefined && { authorization: secrets.authorization }),
          ...signatureHeaders({ id: message.id, at, body }, keysAt(keys, at)),
        }
        return endingOf(await caller.call({ method: 'POST', path, headers, body }, signal), judgeStatus, clock)
      },
      [Symbol.asyncDispose]: () => caller[Symbol.asyncDispose](),
    }
  },
  describe: (_settings, { url, signingKeys }) => ({
    destination: partsOf(url).host,
    signingKeys: signingKeys.map(showSigningKey),
  }),
  hostOf: (_settings, { url }) => partsOf(url).hostname,
  login: { secret: 'authorization', placeOf: (_settings, { url }) => partsOf(url).origin },
})
