import { request } from 'undici'
import { z } from 'zod'
import { knownAdminKey } from '../app/bootstrap-keys.ts'
import type { Say } from '../commands/answer.ts'
import type { Config } from '../config/config.ts'
import { type CommandLine, commandPath } from '../http/routes/command-route.ts'
import { ConfigError, reasonText, UsageError } from '../lib/errors.ts'

const refusalShape = z.object({ errors: z.tuple([z.object({ message: z.string() })]) })

/** The text of an answer; ends where the connection breaks, as it does when the server is killed. */
const textOf = async function* (body: AsyncIterable<string>, signal: AbortSignal): AsyncGenerator<string> {
  try {
    yield* body
  } catch {
    signal.throwIfAborted()
  }
}

/** Has the server run a command and says what it says; whether it did what it was asked to. */
export const askServer = async (
  config: Config,
  url: string,
  command: string,
  args: readonly string[],
  say: Say,
  signal: AbortSignal,
): Promise<boolean> => {
  const admin = knownAdminKey(config.dataDir, config.keys)
  if (admin === undefined)
    throw new ConfigError(`The server at ${url} has its keys from its environment: set ADMIN_KEY as it has it.`)
  const answer = await request(new URL(commandPath, url), {
    method: 'POST',
    headers: { authorization: `Bearer ${admin}`, 'content-type': 'application/json' },
    body: JSON.stringify({ command, args }),
    headersTimeout: 0,
    bodyTimeout: 0,
    signal,
  }).catch((error: unknown) => {
    signal.throwIfAborted()
    throw new ConfigError(`The server at ${url} has the data directory and does not answer (${reasonText(error)}).`)
  })
  if (answer.statusCode !== 200) {
    const refusal = refusalShape.safeParse(await answer.body.json().catch(() => null)).data
    const message = refusal?.errors[0].message ?? `The server at ${url} answered ${answer.statusCode}.`
    throw answer.statusCode === 400 ? new UsageError(message) : new ConfigError(message)
  }
  let rest = ''
  let ok: boolean | undefined
  for await (const chunk of textOf(answer.body.setEncoding('utf8'), signal)) {
    const lines = (rest + chunk).split('\n')
    rest = lines.pop()!
    for (const text of lines) {
      const line = JSON.parse(text) as CommandLine
      if ('say' in line) say(line.say)
      else if (line.error !== undefined) throw new ConfigError(line.error)
      else ok = line.ok
    }
  }
  if (ok === undefined) throw new ConfigError(`The server at ${url} ended before the command did.`)
  return ok
}
