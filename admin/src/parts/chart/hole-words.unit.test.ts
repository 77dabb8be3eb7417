import { expect, test } from 'vitest'
import { holesOf } from './hole-words.ts'

const stretch = { from: '2026-03-12T17:02:00.000Z', to: '2026-03-12T17:09:00.000Z' }
const outage = { ...stretch, reason: 'not probed', explanation: 'Kick answered 503.' }
const channel = { id: 'a', platform: 'KICK', slug: 'ninja', displayName: null }
const linkOf = (evidence: object) =>
  decodeURIComponent(holesOf([{ ...outage, evidence: { ...stretch, ...evidence } as never }], channel)[0]!.href!)
const times = `from=${stretch.from}&to=${stretch.to}`

test('evidence is found where it is kept, with its own time', () => {
  expect(linkOf({ place: 'CALLS', platform: 'KICK', failed: true })).toBe(
    `/operations?view=calls&platform=KICK&${times}`,
  )
  expect(linkOf({ place: 'CALLS', platform: 'KICK', failed: null })).toBe(
    `/operations?view=calls&platform=KICK&calls=all&${times}`,
  )
  expect(linkOf({ place: 'AUDIT', side: 'DM', target: 'channel:7' })).toBe(
    `/settings?tab=audit&side=DM&target=channel:7&${times}`,
  )
  expect(linkOf({ place: 'DELIVERIES' })).toBe(`/inbox?${times}`)
  expect(linkOf({ place: 'OPERATIONS' })).toBe(`/operations?${times}`)
})

test('without evidence there is no link, and without a sentence the reason is said', () => {
  expect(holesOf([{ ...stretch, reason: 'lost' }], channel)[0]).toMatchObject({
    explanation: 'What was observed is lost.',
    href: undefined,
  })
})

test('time before it was watched is told apart, and leads to how it is watched', () => {
  const [before] = holesOf([{ ...stretch, reason: 'not tracked yet', evidence: null }], channel)
  expect(before).toMatchObject({ isBefore: true, href: '/channels/kick/ninja?tab=watching#details' })
  expect(holesOf([{ ...stretch, reason: 'not tracked yet' }], channel)[0]!.href).toBeUndefined()
  expect(holesOf([outage], channel)[0]).toMatchObject({ isBefore: false })
})
