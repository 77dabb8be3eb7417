import { z } from 'zod'
import type { SignInCodes } from '../../access/sign-in-codes.ts'
import { ApiError } from '../../lib/errors.ts'
import type { Log } from '../../lib/log.ts'
import type { Callers } from '../security/callers.ts'
import type { Origins } from '../security/origins.ts'
import { readJson } from '../server/read-json.ts'
import type { Route } from '../server/route.ts'
import { sendError, sendJson } from '../server/send.ts'

/** Where codes are exchanged for the key, and where the panel has its page for that. */
export const signInPath = '/sign-in'

const body = {
  shape: z.strictObject({ code: z.string().max(200) }),
  maxBytes: 1_000,
  must: 'a JSON object with the code of a sign-in link',
}

const notGood = (): ApiError =>
  new ApiError(
    'UNAUTHENTICATED',
    'This sign-in link was used already, is older than a day, or is of a server that has ended: get a new one by channelscope sign-in-link, or sign in with a key.',
    { http: { status: 401 } },
  )

/**
 * Gives the admin key for a code that is good once. Asked by the panel, so pages of other origins are refused, also those that
 * may call the API.
 */
export const createSignInRoute = (options: {
  codes: SignInCodes
  adminKey: string
  callers: Callers
  origins: Origins
  log: Log
}): Route => {
  const { codes, adminKey, callers, origins, log } = options
  return async (request, response) => {
    if (request.method !== 'POST') {
      response.setHeader('Allow', 'GET, HEAD, POST')
      return sendError(response, 405, 'BAD_USER_INPUT', 'A code is sent by POST.')
    }
    origins.checkOwn(request)
    const { code } = await readJson(request, body)
    const address = callers.addressOf(request)
    if (!codes.use(code)) {
      callers.guessed(address)
      throw notGood()
    }
    log.info({ address }, 'somebody signed in as administrator with a sign-in link')
    sendJson(response, 200, { key: adminKey, role: 'ADMIN' })
  }
}
