import { z } from 'zod'
import { channelIdByPlatformUserId } from '../channels/channel-lookup.ts'
import type { Erasure } from '../erasing/erasure-store.ts'
import { findChatter } from '../erasing/find-chatter.ts'
import type { ChatterSubject } from '../erasing/subject.ts'
import { ConfigError } from '../lib/errors.ts'
import { builtInPlatforms } from '../platforms/registry.ts'
import type { Answer } from './answer.ts'
import { findChannel, handleArgument, nameOf, platformOption } from './find-channel.ts'
import { type StoreContext, storeCommand } from './store-command.ts'
import { matching, oneOf, text } from './values.ts'
import { counted } from './words.ts'

const person = {
  platform: {
    about: 'the platform',
    value: oneOf(builtInPlatforms.map(({ name }) => name)),
    required: true,
  },
  platformUserId: {
    about: 'the id of the account on the platform, as a chat message has it',
    value: matching('<platformUserId>', /^[\x21-\x7e]{1,64}$/, '1 to 64 printable ASCII characters'),
    required: true,
  },
} as const

/** How long a command waits for an erasure, which a server goes on with after that. */
const patienceMs = 600_000
const sayEveryMs = 2_000

const erasureResult = z.object({
  id: z.string().describe('the erasure'),
  kind: z.enum(['channel', 'chatter']).describe('whether a channel or a person is erased'),
  subject: z.string().describe('a keyed hash that stands for the channel or the person'),
  requestedAt: z.iso.datetime().describe('when it was asked for'),
  messages: z.string().nullable().describe('messages that were removed; null until they are counted'),
  follows: z.string().describe('follows that were removed'),
  waitsFor: z.string().nullable().describe('what holds it up, a sentence; null when nothing does'),
  finishedAt: z.iso.datetime().nullable().describe('when nothing was left; null while it is under way'),
})
const placeResult = z.object({
  place: z.string().describe('what was searched'),
  searched: z.number().describe('rows there'),
  found: z.number().describe('rows of the person'),
  problems: z.array(z.string()).describe('what could not be searched, a sentence each'),
})

const resultOf = (erasure: Erasure): z.infer<typeof erasureResult> => ({
  id: erasure.id,
  kind: erasure.kind,
  subject: erasure.subjectHash,
  requestedAt: erasure.requestedAt.toISOString(),
  messages: erasure.messages?.toString() ?? null,
  follows: erasure.follows.toString(),
  waitsFor: erasure.waitsFor,
  finishedAt: erasure.finishedAt?.toISOString() ?? null,
})

const stateOf = ({ finishedAt, waitsFor }: Erasure): string =>
  finishedAt ? `finished ${finishedAt.toISOString()}` : (waitsFor ?? 'under way')

const countsOf = ({ messages, follows }: Erasure): string =>
  `${counted(messages ?? '?', 'message')} and ${counted(follows, 'follow')}`

type ErasureContext = StoreContext & Answer<z.infer<typeof erasureResult> | z.infer<typeof placeResult>>

/** Waits for an erasure, and tells how it stands. */
const waitFor = async ({ services, say, tell, signal }: ErasureContext, id: string): Promise<void> => {
  let erasure = await services.erasing.settled(id, 0, signal)
  let told = ''
  for (let waitedMs = 0; erasure.finishedAt === null && waitedMs < patienceMs; waitedMs += sayEveryMs) {
    erasure = await services.erasing.settled(id, sayEveryMs, signal)
    const { waitsFor } = erasure
    if (waitsFor !== null && waitsFor !== told) say(waitsFor)
    told = waitsFor ?? told
  }
  tell(resultOf(erasure), `${id}: ${countsOf(erasure)}, ${stateOf(erasure)}`)
  if (erasure.finishedAt === null)
    throw new ConfigError(
      'The erasure is not finished. It goes on while a server runs: channelscope erasure list says how it stands.',
    )
}

/** Searches every place and tells what is there; a ConfigError when something of the person is left. */
const prove = async ({ services, say, tell, signal }: ErasureContext, subject: ChatterSubject): Promise<void> => {
  const { db, env, erasing } = services
  let left = 0
  for await (const place of findChatter({ db, stores: services, env, subject, signal })) {
    const { found, searched, problems } = place
    tell({ ...place, problems: [...problems] }, [
      `${place.place}: ${found} of ${searched} rows`,
      ...problems.map((one) => `  ${one}`),
    ])
    left += found + problems.length
  }
  const channelId = await channelIdByPlatformUserId(db, subject.platform, subject.platformUserId)
  if (channelId !== null)
    say(`The account has channel ${channelId}, which stays: channelscope channel delete removes it.`)
  const last = await erasing.lastOf(subject)
  say(last ? `Erased before: ${last.id}, ${stateOf(last)}.` : 'Never erased before.')
  if (left > 0) throw new ConfigError('Something of the person is there, or could not be searched.')
  say('Nothing of the person is there.')
}

// Recorded with the request, under a keyed hash: the arguments must not stand in the audit log.
const erase = storeCommand({
  name: 'chatter erase',
  summary: 'erase all messages and follows of a person, archives included, and prove it',
  details: ['There is no way back. docs/erasing.md says what is erased and what is not.'],
  arguments: person,
  examples: [{ call: 'chatter erase kick 12345', about: 'erase the person with this account' }],
  result: z.union([
    erasureResult.describe('how the erasure stands'),
    placeResult.describe('for each place that is searched afterwards'),
  ]),
  async run({ platform, platformUserId }, context) {
    const subject: ChatterSubject = { kind: 'chatter', platform, platformUserId }
    await waitFor(context, await context.services.erasing.eraseChatter(context.author, subject))
    await prove(context, subject)
    return true
  },
})

const find = storeCommand({
  name: 'chatter find',
  summary: 'search every store for a person, and say whether they were erased before',
  details: ['It fails when something of the person is there, or when a place could not be searched.'],
  arguments: person,
  examples: [{ call: 'chatter find kick 12345', about: 'prove that nothing is left' }],
  result: placeResult,
  async run({ platform, platformUserId }, context) {
    await prove(context, { kind: 'chatter', platform, platformUserId })
    return true
  },
})

const removeChannel = storeCommand({
  name: 'channel delete',
  summary: 'delete a channel with everything that is kept of it, archives included',
  details: ['There is no way back. docs/erasing.md says what is erased and what is not.'],
  arguments: { handle: { ...handleArgument, required: true } },
  options: {
    platform: platformOption,
    confirm: {
      about: 'the slug of the channel, or the id of its account; on a terminal it is asked for',
      value: text('<name>'),
      required: true,
      ask: 'Everything that is kept of the channel will be deleted. Type its slug to go on:',
    },
  },
  examples: [{ call: 'channel delete astral_walrus29 --confirm astral_walrus29', about: 'delete this channel' }],
  result: erasureResult,
  async run({ handle, platform, confirm }, context) {
    const { services, author, say } = context
    const channel = await findChannel(services.db, handle, platform)
    const deletion = await services.erasing.deleteChannel(author, { channelId: channel.id, confirm })
    if (deletion.kind === 'no-channel') throw new ConfigError('Somebody else has just deleted the channel.')
    if (deletion.kind === 'not-confirmed')
      throw new ConfigError('--confirm must be the slug of the channel, or the id of its account.')
    say(`${nameOf(channel)} is deleted.`)
    await waitFor(context, deletion.id)
    return true
  },
})

const shownErasures = 100

const list = storeCommand({
  name: 'erasure list',
  summary: 'list erasures, without saying whom they are about',
  details: ['It shows the newest 100, the newest first.'],
  examples: [{ call: 'erasure list', about: 'what is under way, and what was erased' }],
  result: erasureResult,
  async run(_, { services, say, tell }) {
    const erasures = await services.erasing.list(shownErasures)
    for (const erasure of erasures) {
      const { id, kind, subjectHash } = erasure
      tell(resultOf(erasure), `${id}  ${kind}  ${subjectHash}  ${countsOf(erasure)}  ${stateOf(erasure)}`)
    }
    say(counted(erasures.length, 'erasure'))
    return true
  },
})

/** Erase people and channels, and prove that nothing is left of them. What is asked for is recorded together with the request. */
export const erasingCommands = [removeChannel, erase, find, list]
