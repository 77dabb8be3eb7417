import { expect, test } from 'vitest'
import { differingFacts } from './differing.ts'
import { emptyDraft, toldOf } from './rule-draft.ts'

test('only what differs is told, with both sides', () => {
  const mine = toldOf({ ...emptyDraft('UTC'), name: 'Mine' }, [])
  const theirs = toldOf({ ...emptyDraft('UTC'), name: 'Mine', windowSeconds: '60', isEnabled: false }, [])
  expect(differingFacts(mine, theirs)).toEqual([
    { name: 'Enabled', mine: 'yes', theirs: 'no' },
    { name: 'How often', mine: 'every time', theirs: 'at most once in a minute for each channel and event' },
  ])
  expect(differingFacts(mine, mine)).toEqual([])
})

test('lists in another order are the same', () => {
  const targets = ['a', 'b'].map((id) => ({ id, name: `Target ${id}` }))
  const draft = {
    ...emptyDraft('UTC'),
    ...{ kinds: ['TITLE_CHANGED', 'ENDED'] as const, targets: ['a', 'b'], titles: 'x\ny\nx' },
    ...{ hasQuiet: true, quietDays: [1, 2], hasChannels: true },
    channels: [
      { id: '1', name: 'Anna' },
      { id: '2', name: 'Bob' },
    ],
  }
  const other = {
    ...draft,
    ...{ kinds: draft.kinds.toReversed(), titles: 'y\nx', quietDays: [2, 1], channels: draft.channels.toReversed() },
  }
  expect(differingFacts(toldOf(draft, targets), toldOf(other, targets.toReversed()))).toEqual([])
  expect(differingFacts(toldOf(draft, targets), toldOf({ ...other, targets: ['b'] }, targets))).toEqual([
    { name: 'Targets', mine: 'Target a and Target b', theirs: 'Target b' },
  ])
})
