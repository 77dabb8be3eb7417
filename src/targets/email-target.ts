import type { NodemailerError } from 'nodemailer'
import { z } from 'zod'
import { answerExcerpt } from '../lib/answer-excerpt.ts'
import { letterOf } from './email-message.ts'
import { ForbiddenAddressError } from './guarded-connect.ts'
import { sayFailure } from './http-caller.ts'
import { type Ending, targetKind } from './target-kind.ts'

const address = (what: string) =>
  z.email({ error: `${what} must be an address like alerts@example.com.` }).max(254, {
    error: `${what} must have at most 254 characters.`,
  })

const isHost = (text: string): boolean => /^[\w.:-]{1,253}$/.test(text)

/** Ports of SMTP, and those that a service of one's own has. */
const isPortOfMail = (port: number): boolean =>
  [25, 465, 587].includes(port) || (Number.isInteger(port) && port >= 1_024 && port <= 65_535)

const credential = (what: string) =>
  z
    .string({ error: `The ${what} must be a text.` })
    .min(1, { error: `The ${what} must not be empty.` })
    .max(1_000, { error: `The ${what} must have at most 1000 characters.` })
    .regex(/^\P{Cc}*$/u, { error: `The ${what} must have no control characters.` })

const settings = z.strictObject(
  {
    host: z.string({ error: 'The host must be a text.' }).refine(isHost, {
      error: 'The host must be the name or the address of a mail server.',
    }),
    port: z.number({ error: 'The port must be a number.' }).refine(isPortOfMail, {
      error: 'The port must be 25, 465, 587, or 1024 or higher.',
    }),
    /** `tls` from the first byte, `starttls` before anything is said, `none` without a login. */
    security: z.enum(['tls', 'starttls', 'none'], { error: 'The security must be tls, starttls or none.' }),
    from: address('The sender'),
    to: z
      .array(address('Each recipient'), { error: 'The recipients must be a list.' })
      .min(1, { error: 'There must be a recipient.' })
      .max(20, { error: 'There must be at most 20 recipients.' }),
  },
  { error: 'A target of e-mail has the settings host, port, security, from and to.' },
)

const secrets = z.strictObject(
  {
    login: z
      .strictObject(
        { user: credential('user'), password: credential('password') },
        { error: 'The login has a user and a password.' },
      )
      .optional(),
  },
  { error: 'A target of e-mail has the secret login.' },
)

const codeOf = (answer: string): number | null => Number(/^\d{3}/.exec(answer)?.[0] ?? Number.NaN) || null

/** What a mail server or the way to it says of an attempt that failed. A refusal for good is a 5xx. */
const endingOfFailure = (error: NodemailerError, hidden: readonly string[]): Ending => {
  if (error instanceof ForbiddenAddressError) return { kind: 'refused', status: null, answer: error.message }
  const status = error.responseCode ?? null
  const answer = answerExcerpt(error.response ?? sayFailure(error), hidden)
  return { kind: error.permanent === true ? 'refused' : 'retry', status, answer }
}

/** Mail by an SMTP server. */
export const emailTarget = targetKind({
  settings,
  secrets,
  problemsTogether: ({ security }, { login }) =>
    security === 'none' && login !== undefined ? ['A login needs the security tls or starttls.'] : [],
  open: ({ host, port, security, from, to }, { login }, { connect, clock }) => {
    const hidden = login === undefined ? [] : [login.user, login.password]
    return {
      attempt: async (message, { signal }) => {
        const { createTransport } = await import('nodemailer')
        const transport = createTransport({
          host,
          port,
          secure: security === 'tls',
          requireTLS: security === 'starttls',
          ignoreTLS: security === 'none',
          ...(login !== undefined && { auth: { user: login.user, pass: login.password } }),
          getSocket: (_options, answer) => {
            connect(host, port, signal).then(
              (connection) => answer(null, { connection }),
              (error) => answer(error),
            )
          },
        })
        const { references, ...letter } = letterOf(message, from.split('@').at(-1)!)
        try {
          const sent = await transport.sendMail({
            ...letter,
            ...(references !== undefined && { references, inReplyTo: references }),
            from: { name: 'Channelscope', address: from },
            to: [...to],
            date: new Date(clock()),
            headers: { 'Auto-Submitted': 'auto-generated' },
            disableFileAccess: true,
            disableUrlAccess: true,
            signal,
          })
          const rejected = sent.rejected.length === 0 ? '' : ` Not accepted: ${sent.rejected.join(', ')}.`
          const answer = answerExcerpt(sent.response + rejected, hidden)
          return { kind: 'delivered', status: codeOf(sent.response), answer }
        } catch (error) {
          if (signal.aborted) throw error
          return endingOfFailure(error as NodemailerError, hidden)
        }
      },
      async [Symbol.asyncDispose]() {},
    }
  },
  describe: ({ host, to }) => ({ destination: `${to.join(', ')} by ${host}`, signingKeys: [] }),
  hostOf: ({ host }) => host,
  login: { secret: 'login', placeOf: ({ host, port }) => `${host}:${port}` },
})
