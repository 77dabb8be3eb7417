import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { globalId } from '../../src/resolvers/global-id.ts'
import { claimSides, clearClaims, on, type Side } from '../support/access/claim-sides.ts'
import { happeningRows } from '../support/alerts/happening-rows.ts'
import type { Answer } from '../support/http/api.ts'

const names = ['one database', 'two databases'] as const
const sides = claimSides()
const sideOf = (name: string): Side => sides.find((side) => side.name === name)!

describe.each(names)('in %s', (name) => {
  test('any number of streamers claim a channel, and repeating a claim changes nothing', async () => {
    const side = sideOf(name)
    const { create, claim, claims, actions } = on(side)
    const [one] = side.channels
    const streamers = [await create('Ada'), await create('Grace')]
    const first = await claim(streamers[0]!, one!)
    expect(first).toMatchObject({
      __typename: 'ClaimChannelSuccess',
      claim: { verified: false, streamer: { name: 'Ada' }, channel: { slug: 'one' } },
    })
    expect(await claim(streamers[0]!, globalId('Channel', one!))).toEqual(first)
    await claim(streamers[1]!, one!)
    expect(await claims()).toEqual([
      { streamer: 1, channel: one, verified: false },
      { streamer: 2, channel: one, verified: false },
    ])
    expect((await actions()).slice(2)).toEqual(
      [1, 2].map((streamerId) => ({
        action: 'claim.create',
        target: `channel:${one}`,
        before: null,
        after: { streamerId, verified: false },
      })),
    )
  })

  test('verifying is for one streamer, whose claim keeps its date; the next learns who it is', async () => {
    const side = sideOf(name)
    const { create, claim, verify, claims, actions } = on(side)
    const [one] = side.channels
    const [ada, grace] = [await create('Ada'), await create('Grace')]
    const { claim: claimed } = await claim(ada, one!)
    const verified = await verify(ada, one!)
    expect(verified).toEqual({ __typename: 'VerifyClaimSuccess', claim: { ...claimed, verified: true } })
    expect(await verify(ada, one!)).toEqual(verified)
    expect(await claim(ada, one!)).toMatchObject({ claim: { verified: true } })
    await claim(grace, one!)
    expect(await verify(grace, one!)).toEqual({
      __typename: 'AlreadyVerified',
      code: 'ALREADY_VERIFIED',
      message: 'Another streamer has the verified claim of this channel.',
      holder: { id: ada, name: 'Ada' },
    })
    expect(await claims()).toEqual([
      { streamer: 1, channel: one, verified: true },
      { streamer: 2, channel: one, verified: false },
    ])
    expect((await actions()).map(({ action }) => action)).toEqual([
      'streamer.create',
      'streamer.create',
      'claim.create',
      'claim.verify',
      'claim.create',
    ])
  })

  test('a claim is released, verified or not, and then the channel is free', async () => {
    const side = sideOf(name)
    const { create, verify, release, claims, actions } = on(side)
    const [one] = side.channels
    const [ada, grace] = [await create('Ada'), await create('Grace')]
    const before = (await happeningRows(side.environment.db, 'public')).length
    await verify(ada, one!)
    const released = { __typename: 'ReleaseClaimSuccess', streamer: { name: 'Ada' }, channel: { slug: 'one' } }
    expect(await release(ada, one!)).toEqual(released)
    expect(await release(ada, one!)).toEqual(released)
    expect(await claims()).toEqual([])
    expect(await verify(grace, one!)).toMatchObject({ __typename: 'VerifyClaimSuccess' })
    expect((await actions()).slice(3)).toEqual([
      {
        action: 'claim.release',
        target: `channel:${one}`,
        before: { streamerId: 1, verified: true },
        after: null,
      },
      {
        action: 'claim.verify',
        target: `channel:${one}`,
        before: null,
        after: { streamerId: 2, verified: true },
      },
    ])
    const happened = (await happeningRows(side.environment.db, 'public')).slice(before)
    expect(happened.map(({ kind, channelId, facts }) => [kind, channelId, facts.streamerId])).toEqual([
      ['claim-verified', one, 1],
      ['claim-lost', one, 1],
      ['claim-verified', one, 2],
    ])
  })

  test('of many who verify at once one succeeds, and all others learn who', async () => {
    const side = sideOf(name)
    const { create, verify, claims, actions } = on(side)
    const [, two] = side.channels
    const streamers = await Promise.all(Array.from({ length: 12 }, (_, i) => create(`Streamer ${i}`)))
    const results = await Promise.all(streamers.map((streamer) => verify(streamer, two!)))
    const winners = streamers.filter((_, i) => results[i].__typename === 'VerifyClaimSuccess')
    expect(winners).toHaveLength(1)
    for (const result of results.filter(({ __typename }) => __typename !== 'VerifyClaimSuccess'))
      expect(result).toMatchObject({ __typename: 'AlreadyVerified', holder: { id: winners[0] } })
    expect(await claims()).toHaveLength(1)
    expect((await actions()).filter(({ action }) => action === 'claim.verify')).toHaveLength(1)
  })

  test('the same claim made many times at once is one claim with one row in the audit log', async () => {
    const side = sideOf(name)
    const { create, claim, verify, release, claims, actions } = on(side)
    const [one] = side.channels
    const ada = await create('Ada')
    for (const [act, action] of [
      [claim, 'claim.create'],
      [verify, 'claim.verify'],
      [release, 'claim.release'],
    ] as const) {
      await Promise.all(Array.from({ length: 8 }, () => act(ada, one!)))
      expect((await actions()).filter((entry) => entry.action === action)).toHaveLength(1)
    }
    expect(await claims()).toEqual([])
  })

  test.each(['claim', 'verify', 'release'] as const)('%s is NotFound for ids that nothing has', async (kind) => {
    const side = sideOf(name)
    const { create, result, actions } = on(side)
    const ada = await create('Ada')
    const channel = String(side.channels[0])
    const noStreamer = { __typename: 'NotFound', code: 'NOT_FOUND', message: 'There is no streamer with this id.' }
    for (const id of [99n, 2_147_483_648n, 9_223_372_036_854_775_807n])
      expect(await result(kind, { streamer: globalId('Streamer', id), channel })).toEqual(noStreamer)
    const noChannel = { ...noStreamer, message: 'There is no channel with this id.' }
    for (const unknown of ['999999', '9223372036854775807', '01ARZ3NDEKTSV4RRFFQ69G5FAV', globalId('Channel', 99n)])
      expect(await result(kind, { streamer: ada, channel: unknown })).toEqual(noChannel)
    expect(await actions()).toHaveLength(1)
  })

  test.each(['claim', 'verify', 'release'] as const)('%s is BAD_USER_INPUT for what is no id', async (kind) => {
    const side = sideOf(name)
    const { create, call } = on(side)
    const ada = await create('Ada')
    const channel = String(side.channels[0])
    for (const streamer of ['1', 'nonsense', '', globalId('Channel', 1n), globalId('Streamer', 0n)])
      expect((await call(kind, { streamer, channel })).errors).toMatchObject([
        { message: 'streamer must be the id of a Streamer.', extensions: { code: 'BAD_USER_INPUT' } },
      ])
    for (const wrong of ['-1', '0', '1e3', '9223372036854775808', ada])
      expect((await call(kind, { streamer: ada, channel: wrong })).errors).toMatchObject([
        {
          message: expect.stringMatching(/^channel must be the id of a channel: /),
          extensions: { code: 'BAD_USER_INPUT' },
        },
      ])
  })

  test('after any claims, releases and deletions at once a channel has at most one verified claim, and the audit log tells it', async () => {
    const side = sideOf(name)
    const { create, claim, verify, release, result, claims, actions } = on(side)
    const acts = { claim, verify, release }
    const step = fc.record({
      act: fc.constantFrom('claim', 'verify', 'verify', 'release', 'delete' as const),
      streamer: fc.nat(3),
      channel: fc.nat(1),
    })
    await fc.assert(
      fc.asyncProperty(fc.array(fc.array(step, { minLength: 1, maxLength: 4 }), { maxLength: 6 }), async (rounds) => {
        await clearClaims(side)
        const streamers = await Promise.all(['a', 'b', 'c', 'd'].map(create))
        for (const round of rounds)
          await Promise.all(
            round.map(({ act, streamer, channel }) =>
              act === 'delete'
                ? result('delete', { id: streamers[streamer]! })
                : acts[act](streamers[streamer]!, side.channels[channel]!),
            ),
          )
        const stored = await claims()
        const verified = stored.filter((one) => one.verified).map(({ channel }) => channel)
        expect(new Set(verified).size).toBe(verified.length)
        const told = new Map<string, boolean>()
        for (const { action, target, before, after } of (await actions()) as Answer['data'][]) {
          if (action === 'streamer.delete')
            for (const { channelId } of before.claims) told.delete(`${target.slice('streamer:'.length)} ${channelId}`)
          else if (action.startsWith('claim.')) {
            const key = `${(before ?? after).streamerId} ${target.slice('channel:'.length)}`
            expect(told.get(key)).toBe(before?.verified)
            if (after) told.set(key, after.verified)
            else told.delete(key)
          }
        }
        expect(Object.fromEntries(told)).toEqual(
          Object.fromEntries(stored.map((one) => [`${one.streamer} ${one.channel}`, one.verified])),
        )
      }),
      { numRuns: 15 },
    )
  })
})
