import { expect, test } from 'vitest'
import { isViewerMark } from '../../../../src/sessions/viewer-marks.ts'
import { emptyDraft, type RuleDraft } from './rule-draft.ts'
import { lackOf, scoreProblem, viewersProblem } from './rule-problems.ts'

test('numbers of viewers are taken that the server takes', () => {
  const few = Array.from({ length: 30_000 }, (_, number) => number)
  const many = [1e5, 1.5e6, 2.5e7, 1e8, 123_000, 1.25e6, 99_999_999]
  for (const number of [...few, ...many])
    expect(viewersProblem(String(number)) === null, String(number)).toBe(isViewerMark(number))
  expect(['', ' 250 ', '1e3'].map(viewersProblem)).toEqual([null, null, null])
  for (const text of ['123', '1.5', 'x', '-10', '200000000', 'Infinity'])
    expect(viewersProblem(text)).toMatch(/^Write one digit and zeros/)
})

test('a score is a whole number from 1 to 100', () => {
  expect(['', '1', '100'].map(scoreProblem)).toEqual([null, null, null])
  for (const text of ['0', '101', '1.5', 'x']) expect(scoreProblem(text)).toBe('Write a whole number from 1 to 100.')
})

test('what a rule lacks is said, of the fields that are shown', () => {
  const lack = (part: Partial<RuleDraft>) => lackOf({ ...emptyDraft('UTC'), name: 'Ours', ...part })
  const marked = 'Mend what is marked in red.'
  expect(lack({})).toBeNull()
  expect(lack({ kinds: [] })).toBe('Choose what is told.')
  expect(lack({ hasChannels: true })).toBe('Add a channel, or choose all channels.')
  expect(lack({ kinds: ['VIEWERS_PASSED'] })).toBe('Say how many viewers, or how many times the usual.')
  expect(lack({ kinds: ['VIEWERS_PASSED'], timesUsual: '2' })).toBeNull()
  expect(lack({ kinds: ['VIEWERS_PASSED'], viewers: '123' })).toBe(marked)
  expect(lack({ viewers: '123' })).toBeNull()
  expect(lack({ name: 'W'.repeat(101) })).toBe(marked)
  expect(lack({ hasQuiet: true, quietZone: 'Europe/Nowhere' })).toBe(marked)
  expect(lack({ quietZone: 'Europe/Nowhere' })).toBeNull()
  expect(lack({ hasQuiet: true, quietFrom: '' })).toBe('Say when the quiet hours begin and end.')
})
