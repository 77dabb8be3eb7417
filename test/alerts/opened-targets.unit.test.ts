import { expect, test } from 'vitest'
import type { TargetRow } from '../../src/alerts/delivery-store.ts'
import { keepTargetsOpen, type OpenRow } from '../../src/alerts/opened-targets.ts'
import { silentLog } from '../../src/lib/log.ts'
import { alertMessage, first } from '../support/targets/alert-message.ts'

const row = (id: string, version = 1): TargetRow => ({
  ...{ id, version, name: id, kind: 'http', secrets: null, failures: 0, settings: {} },
})

const world = () => {
  const events: string[] = []
  let now = 0
  const open: OpenRow = ({ id, version }) => {
    events.push(`open ${id}${version}`)
    return {
      send: async () => ({ kind: 'delivered', status: 200, answer: `${id}${version}`, ms: 0 }),
      [Symbol.asyncDispose]: async () => void events.push(`close ${id}${version}`),
    }
  }
  const targets = keepTargetsOpen({ open, log: silentLog, steady: () => now })
  return {
    events,
    targets,
    pass: (ms: number) => {
      now += ms
    },
  }
}

test('a target is opened once, and closed at the end', async () => {
  const { events, targets } = world()
  for (let i = 0; i < 3; i++) {
    using _ = targets.lend(row('a'))
  }
  await targets[Symbol.asyncDispose]()
  expect(events).toEqual(['open a1', 'close a1'])
})

test('a change opens it anew, and breaks off no attempt that is under way', async () => {
  const { events, targets } = world()
  const old = [targets.lend(row('a')), targets.lend(row('a'))]
  const next = targets.lend(row('a', 2))
  expect((await next.target.send(alertMessage(), first())).answer).toBe('a2')
  old[0]![Symbol.dispose]()
  expect(events).toEqual(['open a1', 'open a2'])
  old[1]![Symbol.dispose]()
  expect(events).toEqual(['open a1', 'open a2', 'close a1'])
  next[Symbol.dispose]()
  await targets[Symbol.asyncDispose]()
  expect(events).toEqual(['open a1', 'open a2', 'close a1', 'close a2'])
})

test('a target that nobody uses, because it was deleted or paused, is closed after a while', async () => {
  const { events, targets, pass } = world()
  targets.lend(row('a'))[Symbol.dispose]()
  using busy = targets.lend(row('b'))
  pass(60_001)
  using _ = targets.lend(row('c'))
  expect(events).toEqual(['open a1', 'open b1', 'open c1', 'close a1'])
  expect((await busy.target.send(alertMessage(), first())).answer).toBe('b1')
})

test('a target that can not be opened says why at each attempt', async () => {
  await using targets = keepTargetsOpen({
    log: silentLog,
    open: () => {
      throw new Error('What is secret about this target can not be decrypted.')
    },
  })
  using lent = targets.lend(row('a'))
  expect(await lent.target.send(alertMessage(), first())).toMatchObject({
    kind: 'retry',
    answer: 'What is secret about this target can not be decrypted.',
  })
})
