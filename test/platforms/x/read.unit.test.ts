import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { readUserByUsername, readUsers } from '../../../src/platforms/x/read-user.ts'

const id = '1604832789112345678'

const user = (changes: object = {}) => ({
  id,
  name: 'Some Name',
  username: 'Some_Name',
  description: 'about',
  profile_image_url: 'https://pbs.twimg.com/a.jpg',
  public_metrics: { followers_count: 513_868, following_count: 2_018, tweet_count: 3_961, listed_count: 1_672 },
  ...changes,
})

const gone = (value: string, changes: object = {}) => ({
  value,
  title: 'Not Found Error',
  resource_type: 'user',
  parameter: 'ids',
  resource_id: value,
  type: 'https://api.twitter.com/2/problems/resource-not-found',
  ...changes,
})

const asked = (...ids: string[]) => new Set(ids)
const countOf = (followers_count: unknown): unknown => {
  const reading = readUsers({ data: [user({ public_metrics: { followers_count } })] }, asked(id))
  return reading.ok && reading.value.get(id)?.followerCount
}

describe('users', () => {
  it('are read with their followers, by 64-bit id', () => {
    const reading = readUsers({ data: [user()] }, asked(id))
    expect(reading.ok && [...reading.value]).toEqual([
      [
        id,
        {
          platformUserId: id,
          slug: 'some_name',
          displayName: 'Some Name',
          avatarUrl: 'https://pbs.twimg.com/a.jpg',
          bio: 'about',
          followerCount: 513_868,
          isBanned: false,
        },
      ],
    ])
  })

  it('have an unknown number of followers where it is absent or impossible, and none where it is zero', () => {
    expect([0, undefined, null, -1, 1.5, 2 ** 31, 'many'].map(countOf)).toEqual([
      0,
      ...Array.from({ length: 6 }, () => undefined),
    ])
    const reading = readUsers({ data: [user({ public_metrics: undefined })] }, asked(id))
    expect(reading.ok && reading.value.get(id)).not.toHaveProperty('followerCount', 0)
  })

  it('that X calls gone or suspended are banned, beside those that it shows', () => {
    const body = { data: [user()], errors: [gone('2'), gone('3', { title: 'Forbidden' })] }
    const reading = readUsers(body, asked(id, '2', '3'))
    expect(reading.ok && [...reading.value.values()].map(({ isBanned }) => isBanned)).toEqual([false, true, true])
  })

  it('may all be gone, and then the answer has no data at all', () => {
    const reading = readUsers({ errors: [gone('2')] }, asked('2'))
    expect(reading.ok && reading.value.get('2')).toEqual({ platformUserId: '2', isBanned: true })
  })

  it('of whom X says nothing, or something else, are left out and counted', () => {
    const other = gone('2', { type: 'https://api.twitter.com/2/problems/internal-error' })
    const reading = readUsers({ data: [user()], errors: [other] }, asked(id, '2', '3'))
    expect(reading).toMatchObject({ ok: true, note: 'the answer says nothing about 2 users' })
    expect(reading.ok && [...reading.value.keys()]).toEqual([id])
  })

  it('nobody asked for are left out', () => {
    const reading = readUsers({ data: [user(), user({ id: '9' })], errors: [gone('8')] }, asked(id))
    expect(reading.ok && [...reading.value.keys()]).toEqual([id])
  })

  it.each([{}, { data: null }, { data: {} }, { errors: [] }, [], null, { data: [user({ id: undefined })] }])(
    'are not in %j',
    (body) => {
      expect(readUsers(body, asked(id)).ok).toBe(false)
    },
  )
})

describe('a username', () => {
  it('is held by whoever shows it, in any case', () => {
    expect(readUserByUsername({ data: [user()] }, 'some_name')).toMatchObject({ value: { platformUserId: id } })
  })

  it('is free only where X says so', () => {
    expect(readUserByUsername({ errors: [gone('Some_Name')] }, 'some_name')).toMatchObject({ ok: true, value: null })
    expect(readUserByUsername({ errors: [gone('other')] }, 'some_name').ok).toBe(false)
    expect(readUserByUsername({ data: [user({ username: 'other' })] }, 'some_name').ok).toBe(false)
    expect(readUserByUsername({}, 'some_name').ok).toBe(false)
  })
})

const rowsOf = (rows: unknown[]) => ({ data: rows, errors: rows })

it('no answer whatever makes a reader throw', () => {
  fc.assert(
    fc.property(fc.oneof(fc.jsonValue(), fc.array(fc.jsonValue()).map(rowsOf)), (body) => {
      readUsers(body, asked('1'))
      readUserByUsername(body, 'a')
    }),
    { numRuns: 300 },
  )
})
