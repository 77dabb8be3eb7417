import { expect, test } from 'vitest'
import { createLeaseHolder } from '../../../src/stores/postgres/lease-holder.ts'

test('claims of one claimer follow each other, and no two claimers share one', () => {
  const [one, other] = [createLeaseHolder(), createLeaseHolder()]
  const tickets = Array.from({ length: 300 }, () => one.next())
  const ids = tickets.map(({ id }) => id)
  expect(ids).toEqual(ids.toSorted())
  expect(new Set([...ids, other.next().id]).size).toBe(301)
  for (const { id, first } of tickets) {
    expect(id).toMatch(/^[0-9a-f]{32}$/)
    expect(first < ids[0]!).toBe(true)
  }
})

test('a ticket names the claims that are under way, and forsaken ones are nobody’s', () => {
  const claimer = createLeaseHolder()
  const [a, b] = [claimer.next(), claimer.next()]
  expect([a.underWay, b.underWay]).toEqual([[], [a.id]])
  claimer.end(a)
  expect(claimer.next().underWay).toEqual([b.id])
  claimer.abandonAll()
  const after = claimer.next()
  expect(after.underWay).toEqual([])
  expect(after.first.slice(0, 24)).not.toBe(a.first.slice(0, 24))
})
