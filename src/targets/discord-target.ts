import { z } from 'zod'
import { limitConcurrency } from '../lib/concurrency-limit.ts'
import { discordMessage, mentioning } from './discord-message.ts'
import { createDiscordPace, waitAsked } from './discord-pace.ts'
import { createHttpCaller, type HttpCall, type HttpResult } from './http-caller.ts'
import { endingOf, judgeServiceStatus } from './judge-status.ts'
import { type ShownFacts, shownFactsOf } from './shown-facts.ts'
import { type Ending, targetKind } from './target-kind.ts'
import { partsOf, secretsOfUrl, targetUrl } from './target-url.ts'

const pathOfWebhook = /^\/api(?:\/v\d{1,3})?\/webhooks\/(\d{15,21})\/([\w-]{20,200})$/

const unknownMessage = 10_008

const snowflake = (what: string) =>
  z.string({ error: `${what} must be a text.` }).regex(/^\d{15,21}$/, { error: `${what} must be 15 to 21 digits.` })

const webhookUrl = targetUrl.refine((text) => pathOfWebhook.test(URL.parse(text)?.pathname ?? ''), {
  error: 'The URL must be that of a webhook of Discord, like https://discord.com/api/webhooks/…/….',
})

/** What is known of the message about a broadcast, between two of its alerts. */
const threadState = z.object({
  message: z.string().regex(/^\d{1,21}$/),
  facts: z.custom<ShownFacts>((value) => typeof value === 'object' && value !== null),
})

const readJson = <T>(shape: z.ZodType<T>, text: string | null): T | undefined => {
  try {
    return shape.parse(JSON.parse(text ?? ''))
  } catch {
    return undefined
  }
}

/** What came of a request, or that it was not made, because Discord asked to wait for longer than an attempt takes. */
type Requested = HttpResult | { kind: 'later'; afterMs: number }

const idOfMessage = (result: HttpResult): string | undefined =>
  result.kind === 'answered' ? readJson(z.object({ id: z.string().regex(/^\d{1,21}$/) }), result.text)?.id : undefined

const isMessageGone = (result: Requested): boolean =>
  result.kind === 'answered' &&
  result.status === 404 &&
  readJson(z.object({ code: z.literal(unknownMessage) }), result.text) !== undefined

/** A channel of Discord, by a webhook. The message about a broadcast is edited while it goes on, and made anew where it was deleted. */
export const discordTarget = targetKind({
  settings: z.strictObject(
    {
      /** A thread or a post of a forum that the messages go to. */
      threadId: snowflake('The id of the thread').optional(),
      /** A role that a new message notifies. */
      mentionRoleId: snowflake('The id of the role').optional(),
    },
    { error: 'A target of Discord has the settings threadId and mentionRoleId.' },
  ),
  secrets: z.strictObject({ url: webhookUrl }, { error: 'A target of Discord has the secret url.' }),
  open: ({ threadId, mentionRoleId }, { url }, { connect, clock, version }) => {
    const { origin } = partsOf(url)
    const [, id, token] = pathOfWebhook.exec(new URL(url).pathname)!
    const base = `/api/v10/webhooks/${id}/${token}`
    const caller = createHttpCaller({ origin, connect, secrets: secretsOfUrl(url) })
    const pace = createDiscordPace()
    // One after another, so that each request knows what the answer before it said of the allowance.
    const turns = limitConcurrency({ slots: 1 })
    const query = (more: Record<string, string>) =>
      new URLSearchParams({ ...more, ...(threadId !== undefined && { thread_id: threadId }) }).toString()

    const request = async (
      method: HttpCall['method'],
      path: string,
      body: unknown,
      signal: AbortSignal,
    ): Promise<Requested> => {
      const afterMs = await pace.turn(signal)
      if (afterMs > 0) return { kind: 'later', afterMs }
      const headers = { 'content-type': 'application/json', 'user-agent': `DiscordBot (channelscope, ${version})` }
      const result = await caller.call({ method, path, headers, body: JSON.stringify(body) }, signal)
      pace.learn(result)
      return result
    }

    return {
      attempt: (message, { threadState: state, signal }) =>
        turns.run(async (): Promise<Ending> => {
          const earlier = message.thread === null ? undefined : readJson(threadState, state)
          const facts = shownFactsOf(message, earlier?.facts)
          const content = discordMessage(message, facts)
          const post = () =>
            request('POST', `${base}?${query({ wait: 'true' })}`, mentioning(content, mentionRoleId), signal)
          const edit = (id: string) => request('PATCH', `${base}/messages/${id}?${query({})}`, content, signal)
          const edited = earlier && (await edit(earlier.message))
          const isEdited = edited !== undefined && !isMessageGone(edited)
          const result = isEdited ? edited : await post()
          if (result.kind === 'later')
            return { kind: 'retry', status: null, answer: 'Discord asked to wait.', afterMs: result.afterMs }
          const ending = endingOf(result, judgeServiceStatus, clock)
          if (ending.kind === 'retry') return { ...ending, afterMs: waitAsked(result) ?? ending.afterMs }
          if (ending.kind === 'refused') return ending
          const id = idOfMessage(result) ?? (isEdited ? earlier?.message : undefined)
          if (id === undefined) return ending
          const kept: z.infer<typeof threadState> = { message: id, facts }
          const delivered = { ...ending, answer: `The message ${id} was ${isEdited ? 'edited' : 'made'}.` }
          return message.thread === null ? delivered : { ...delivered, threadState: JSON.stringify(kept) }
        }, signal),
      [Symbol.asyncDispose]: async () => {
        await caller[Symbol.asyncDispose]()
        await turns.close()
      },
    }
  },
  describe: (_settings, { url }) => ({ destination: partsOf(url).host, signingKeys: [] }),
  hostOf: (_settings, { url }) => partsOf(url).hostname,
})
