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
