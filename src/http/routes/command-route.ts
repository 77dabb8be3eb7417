import { randomUUID } from 'node:crypto'
import { once } from 'node:events'
import { z } from 'zod'
import type { Author } from '../../audit/record-action.ts'
import { ApiError, ConfigError, UsageError } from '../../lib/errors.ts'
import type { Log } from '../../lib/log.ts'
import type { Callers } from '../security/callers.ts'
import { readJson } from '../server/read-json.ts'
import { responseClosedSignal } from '../server/response-closed-signal.ts'
import type { Route } from '../server/route.ts'
import { sendRefusal } from '../server/send.ts'

/** Where commands are sent to. */
export const commandPath = '/commands'

/**
 * Runs a command with its arguments; whether it did what it was asked to. A ConfigError or an expected ApiError tells the
 * caller what is wrong, and a UsageError that it was called wrongly. The audit log has it under the author, where it may change something.
 */
export type RunCommand = (
  name: string,
  args: readonly string[],
  say: (line: string) => void,
  signal: AbortSignal,
  author: Author,
) => Promise<boolean>

/** One line of the answer: what the command says, and at last how it ended. */
export type CommandLine = { say: string } | { ok: boolean; error?: string }

const body = {
  shape: z.strictObject({ command: z.string().max(100), args: z.array(z.string().max(8_000)).max(50) }),
  maxBytes: 16_384,
  must: 'a JSON object of a command and its args, a list of texts',
}

const refuse = (code: 'BAD_USER_INPUT' | 'FORBIDDEN', status: number, message: string): never => {
  throw new ApiError(code, message, { http: { status, headers: { Connection: 'close' } } })
}

/** Whether its message is for the caller. */
const isExpected = (error: unknown): error is Error =>
  error instanceof ConfigError || (error instanceof ApiError && error.code !== 'INTERNAL_SERVER_ERROR')

/**
 * Runs the commands that an operator gives to the program while the server has the data directory. For callers with the admin
 * key only; the answer is JSON lines, as they come, and a caller who goes away ends the command.
 */
export const createCommandRoute = (options: { callers: Callers; run: RunCommand; log: Log }): Route => {
  const { callers, run, log } = options
  return async (request, response) => {
    if (request.method !== 'POST') {
      response.setHeader('Allow', 'POST')
      return refuse('BAD_USER_INPUT', 405, 'Commands are given by POST.')
    }
    const { identity } = await callers.of(request)
    if (identity.role !== 'ADMIN') return refuse('FORBIDDEN', 403, 'Commands need the admin key.')
    const { command, args } = await readJson(request, body)
    const requestId = randomUUID()
    response.setHeader('X-Request-Id', requestId)
    const closed = responseClosedSignal(response)
    const write = (line: CommandLine) => {
      if (!response.headersSent)
        response.writeHead(200, { 'Content-Type': 'application/x-ndjson', 'Cache-Control': 'no-store' })
      response.write(`${JSON.stringify(line)}\n`)
    }
    try {
      const ok = await run(command, args, (line) => write({ say: line }), closed, { identity, requestId })
      write({ ok })
    } catch (error) {
      if (closed.aborted) return
      if (error instanceof UsageError && !response.headersSent)
        return sendRefusal(response, new ApiError('BAD_USER_INPUT', error.message))
      if (isExpected(error)) write({ ok: false, error: error.message })
      else {
        log.error({ err: error, command, requestId }, 'a command failed')
        write({ ok: false, error: 'The command failed; see the log of the server.' })
      }
    }
    response.end()
    await once(response, 'close').catch(() => undefined)
  }
}
