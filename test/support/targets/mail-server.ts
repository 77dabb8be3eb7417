import { once } from 'node:events'
import type { AddressInfo } from 'node:net'
import { SMTPServer, type SMTPServerOptions } from 'smtp-server'
import { certificate } from './certificate.ts'

/** A letter that was taken. */
type MailedLetter = { from: string; to: string[]; raw: string; isEncrypted: boolean; user: string | undefined }

/** A mail server of this machine. */
export type MailServer = AsyncDisposable & {
  readonly port: number
  readonly letters: MailedLetter[]
  /** What is said to the next letters instead of taking them, such as `451 try later`. */
  readonly instead: string[]
}

type MailOptions = {
  /** TLS from the first byte; else it is offered by STARTTLS unless `plain`. */
  security?: 'tls' | 'starttls' | 'plain'
  login?: { user: string; password: string }
  /** Recipients that are not known. */
  unknown?: readonly string[]
}

const refusal = (text: string): Error =>
  Object.assign(new Error(text.slice(4)), { responseCode: Number(text.slice(0, 3)) })

/** Starts it. */
export const startMail = async ({ security = 'plain', login, unknown = [] }: MailOptions = {}): Promise<MailServer> => {
  const letters: MailedLetter[] = []
  const instead: string[] = []
  const options: SMTPServerOptions = {
    ...certificate,
    secure: security === 'tls',
    hideSTARTTLS: security !== 'starttls',
    authOptional: login === undefined,
    allowInsecureAuth: false,
    disableReverseLookup: true,
    logger: false,
    onAuth: ({ username, password }, _session, done) =>
      username === login?.user && password === login?.password
        ? done(null, { user: username })
        : done(new Error('Authentication failed')),
    onRcptTo: ({ address }, _session, done) => (unknown.includes(address) ? done(refusal('550 no such user')) : done()),
    onData: async (stream, session, done) => {
      const chunks: Buffer[] = []
      for await (const chunk of stream) chunks.push(chunk)
      const no = instead.shift()
      if (no !== undefined) return done(refusal(no))
      const { mailFrom, rcptTo } = session.envelope
      letters.push({
        from: mailFrom === false ? '' : mailFrom.address,
        to: rcptTo.map(({ address }) => address),
        raw: Buffer.concat(chunks).toString(),
        isEncrypted: session.secure,
        user: session.user,
      })
      done(null, 'taken')
    },
  }
  const server = new SMTPServer(options)
  server.on('error', () => undefined)
  server.listen(0, '127.0.0.1')
  await once(server.server, 'listening')
  return {
    port: (server.server.address() as AddressInfo).port,
    letters,
    instead,
    [Symbol.asyncDispose]: () => new Promise((resolve) => server.close(() => resolve())),
  }
}
