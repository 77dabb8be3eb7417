import type { z } from 'zod'
import type { Clock } from '../lib/clock.ts'
import { reasonText } from '../lib/errors.ts'
import { beginAttempt } from './begin-attempt.ts'
import type { GuardedConnect } from './guarded-connect.ts'
import type { ShownSigningKey } from './signing-keys.ts'
import type { AlertMessage, OpenTarget, Outcome, SendOptions } from './target.ts'

/** What every kind of target is opened with. */
type TargetParts = {
  connect: GuardedConnect
  clock: Clock
  /** The version of this program, which calls tell. */
  version: string
}

/** What may be shown of a target beside its settings. */
export type TargetDescription = {
  /** Where it goes, without what gives the right to send there; empty where that can not be said. */
  destination: string
  /** What receivers check signatures with. Empty for kinds that are not signed. */
  signingKeys: ShownSigningKey[]
}

type WithoutTime<T> = T extends unknown ? Omit<T, 'ms'> : never

/** How an attempt ended, without the time that it took. */
export type Ending = WithoutTime<Outcome>

/** How a kind makes its attempts. */
type Attempts = AsyncDisposable & {
  /** Its signal fires at the end of the time of the attempt; the message of the reason is a sentence. */
  attempt(message: AlertMessage, options: SendOptions): Promise<Ending>
}

type Definition<Settings, Secrets> = {
  /** May be shown to who may see targets. Each fault is a sentence. */
  settings: z.ZodType<Settings>
  /** Are kept sealed and never shown. Each fault is a sentence, which tells nothing of them. */
  secrets: z.ZodType<Secrets>
  /** What is wrong with the two together. */
  problemsTogether?(settings: Settings, secrets: Secrets): string[]
  open(settings: Settings, secrets: Secrets, parts: TargetParts): Attempts
  describe(settings: Settings, secrets: Secrets): TargetDescription
  /** The name or the address that is connected to. */
  hostOf(settings: Settings, secrets: Secrets): string
  /** A secret that was given for one place, and that place. */
  login?: { secret: keyof Secrets & string; placeOf(settings: Settings, secrets: Secrets): string }
}

/** A kind of target, for settings and secrets as they were stored. */
export type TargetKindHandle = {
  /** What is wrong with them, a sentence each. */
  problems(settings: unknown, secrets: unknown): string[]
  /** `timeoutMs` is for a whole attempt. */
  open(settings: unknown, secrets: unknown, parts: TargetParts, timeoutMs: number): OpenTarget
  describe(settings: unknown, secrets: unknown): TargetDescription
  /** The name or the address that is connected to; null where they are not accepted. */
  hostOf(settings: unknown, secrets: unknown): string | null
  /** The name of the secret that was given for one place only, and the place; null where there is none. */
  login(settings: unknown, secrets: unknown): { secret: string; place: string } | null
}

const refusing = (why: string): Attempts => ({
  attempt: async () => ({ kind: 'refused', status: null, answer: why }),
  async [Symbol.asyncDispose]() {},
})

const withTime = (attempts: Attempts, timeoutMs: number): OpenTarget => ({
  send: async (message, { threadState, signal }) => {
    using attempt = beginAttempt(signal, timeoutMs)
    const ending = await attempts.attempt(message, { threadState, signal: attempt.signal }).catch((error): Ending => {
      const why = attempt.signal.aborted ? attempt.signal.reason : error
      return { kind: 'retry', status: null, answer: reasonText(why) }
    })
    return { ...ending, ms: attempt.passedMs() }
  },
  [Symbol.asyncDispose]: () => attempts[Symbol.asyncDispose](),
})

/** Reads settings and secrets before a kind gets them. A target that was stored with others than it takes now refuses every message. */
export const targetKind = <Settings, Secrets>(definition: Definition<Settings, Secrets>): TargetKindHandle => {
  const read = (settings: unknown, secrets: unknown) => {
    const [left, right] = [definition.settings.safeParse(settings), definition.secrets.safeParse(secrets)]
    const issues = [...(left.error?.issues ?? []), ...(right.error?.issues ?? [])]
    if (!left.success || !right.success) return { problems: [...new Set(issues.map(({ message }) => message))] }
    const problems = definition.problemsTogether?.(left.data, right.data) ?? []
    return problems.length > 0 ? { problems } : { problems, accepted: [left.data, right.data] as const }
  }
  return {
    problems: (settings, secrets) => read(settings, secrets).problems,
    open: (settings, secrets, parts, timeoutMs) => {
      const { accepted, problems } = read(settings, secrets)
      return withTime(accepted ? definition.open(...accepted, parts) : refusing(problems.join(' ')), timeoutMs)
    },
    describe: (settings, secrets) => {
      const { accepted } = read(settings, secrets)
      return accepted ? definition.describe(...accepted) : { destination: '', signingKeys: [] }
    },
    hostOf: (settings, secrets) => {
      const { accepted } = read(settings, secrets)
      return accepted ? definition.hostOf(...accepted) : null
    },
    login: (settings, secrets) => {
      const { accepted } = read(settings, secrets)
      const { login } = definition
      if (!accepted || !login || accepted[1][login.secret] === undefined) return null
      return { secret: login.secret, place: login.placeOf(...accepted) }
    },
  }
}
