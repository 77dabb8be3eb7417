import fc from 'fast-check'
import { expect, test } from 'vitest'
import { covers, type Interest, interestIn, interestInAll } from '../../src/live/interest.ts'
import { LiveModel, ModelSink, plainShape, settle } from '../support/live/live-model.ts'

const step = fc.oneof(
  { weight: 4, arbitrary: fc.record({ do: fc.constant('probe' as const), channel: fc.integer({ min: 1, max: 4 }) }) },
  { weight: 4, arbitrary: fc.constant({ do: 'tell' as const }) },
  { weight: 4, arbitrary: fc.constantFrom({ do: 'take' as const }, { do: 'give' as const }) },
  {
    weight: 2,
    arbitrary: fc.record({
      do: fc.constant('open' as const),
      interest: fc.constantFrom(interestInAll(null), interestInAll('kick'), interestIn([1n, 2n])),
    }),
  },
)

test('however probes, their notices and the look at the database interleave, nobody hears a sample twice, an older one after a newer, or misses the last', async () => {
  await fc.assert(
    fc.asyncProperty(
      fc.array(fc.tuple(step, fc.nat(3)), { minLength: 10, maxLength: 60, size: 'max' }),
      async (steps) => {
        const model = new LiveModel(4)
        model.manual = true
        const opened: { interest: Interest; sink: ModelSink }[] = []
        const last = new Map<number, number>()
        let second = 0
        for (const [one, turns] of steps) {
          if (one.do === 'probe') {
            last.set(one.channel, ++second)
            model.probe(new Date(second * 1_000), [[BigInt(one.channel), second]])
          } else if (one.do === 'tell') model.tellViewers(1)
          else if (one.do === 'take') model.take()
          else if (one.do === 'give') model.give()
          else {
            const sink = new ModelSink()
            const request = { feed: 'viewers' as const, interest: one.interest }
            sink.subscription = model.hub.subscribe(request, plainShape(), sink, sink.signal)
            opened.push({ interest: one.interest, sink })
          }
          await settle(turns)
        }
        do {
          model.tellViewers(1)
          model.take()
          model.give()
          await settle()
        } while (!model.isQuiet)
        for (const { interest, sink } of opened)
          for (let channel = 1; channel <= 4; channel++) {
            const heard = sink.messages.flatMap((message) =>
              message.kind === 'ViewerSample' && Number(message.channel.id) === channel ? [message.viewers!] : [],
            )
            expect(heard).toEqual([...new Set(heard)].sort((a, b) => a - b))
            const isWanted = covers(interest, channel, channel % 2 === 0 ? 'twitch' : 'kick')
            expect(heard.at(-1)).toBe(isWanted ? last.get(channel) : undefined)
          }
        await model.hub[Symbol.asyncDispose]()
      },
    ),
    { numRuns: 400 },
  )
})
