import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { LiveList, type LiveRow } from './live-list.ts'

const row = (id: string, viewers: number | null, more: Partial<LiveRow> = {}): LiveRow => ({
  id,
  platform: 'KICK',
  slug: id,
  displayName: null,
  sessionId: `session of ${id}`,
  title: null,
  category: null,
  language: null,
  startedAt: null,
  viewers,
  viewersAt: 1,
  isOver: false,
  ...more,
})

/** A list whose changes are told when the test says so. */
const listOf = (...rows: LiveRow[]) => {
  const scheduled: (() => void)[] = []
  const list = new LiveList((flush) => scheduled.push(flush))
  list.load(rows)
  return { list, told: () => scheduled.splice(0).forEach((flush) => void flush()) }
}

describe('the order of those that are live', () => {
  test('a count changes its row at once and the order only when it is renewed', () => {
    const { list, told } = listOf(row('a', 30), row('b', 20), row('c', 10))
    list.count('c', 99, 2)
    told()
    expect(list.row('c')!.viewers).toBe(99)
    expect(list.shown).toMatchObject({ ids: ['a', 'b', 'c'], waiting: 1, entering: 0, viewers: 149 })
    list.apply()
    expect(list.shown).toMatchObject({ ids: ['c', 'a', 'b'], waiting: 0 })
  })

  test('who ended keeps the place until the order is renewed, and is not counted any more', () => {
    const { list, told } = listOf(row('a', 30), row('b', 20))
    list.goOff('a', 'session of a')
    told()
    expect(list.shown).toMatchObject({ ids: ['a', 'b'], waiting: 1, entering: 1, live: 1, viewers: 20 })
    list.apply()
    expect(list.shown.ids).toEqual(['b'])
    expect(list.row('a')).toBeUndefined()
  })

  test('an end names its broadcast: that of an earlier one ends nothing', () => {
    const { list, told } = listOf(row('a', 30))
    list.goOff('a', 'an earlier session')
    told()
    expect(list.shown.live).toBe(1)
  })

  test('the sum of viewers says how many it lacks, and is unknown where it lacks all', () => {
    const { list } = listOf(row('a', 30), row('b', null))
    expect(list.shown).toMatchObject({ live: 2, viewers: 30, uncounted: 1 })
    list.load([row('b', null)])
    expect(list.shown).toMatchObject({ viewers: null, uncounted: 1 })
    list.load([])
    expect(list.shown).toMatchObject({ live: 0, viewers: 0, uncounted: 0 })
  })

  test('a count that is older than the last one says nothing', () => {
    const { list } = listOf(row('a', 30, { viewersAt: 5 }))
    list.count('a', 1, 4)
    expect(list.row('a')!.viewers).toBe(30)
  })

  test('a start that comes again keeps the newer count', () => {
    const { list } = listOf(row('a', 30, { viewersAt: 5 }))
    list.goOn(row('a', null, { viewersAt: 0, title: 'new' }))
    expect(list.row('a')).toMatchObject({ viewers: 30, title: 'new' })
    list.goOn(row('a', null, { viewersAt: 0, sessionId: 'the next one' }))
    expect(list.row('a')!.viewers).toBeNull()
  })

  test('each row is told once for many changes, and others are not', () => {
    const { list, told } = listOf(row('a', 30), row('b', 20))
    const seen: string[] = []
    list.subscribeRow('a', () => seen.push('a'))
    list.subscribeRow('b', () => seen.push('b'))
    for (let viewers = 0; viewers < 200; viewers++) list.count('a', viewers, viewers + 2)
    told()
    expect(seen).toEqual(['a'])
  })

  test('after every renewal the order is that of the viewers, whatever came before', () => {
    const change = fc.record({ id: fc.constantFrom('a', 'b', 'c', 'd', 'e'), viewers: fc.nat(50), kind: fc.nat(2) })
    fc.assert(
      fc.property(fc.array(change), (changes) => {
        const { list, told } = listOf(row('a', 1), row('b', 2))
        changes.forEach(({ id, viewers, kind }, i) => {
          if (kind === 0) list.goOn(row(id, viewers, { viewersAt: i + 2 }))
          if (kind === 1) list.count(id, viewers, i + 2)
          if (kind === 2) list.goOff(id, `session of ${id}`)
        })
        told()
        const { waiting, ids, live } = list.shown
        list.apply()
        const counts = list.shown.ids.map((id) => list.row(id)!.viewers!)
        expect(counts).toEqual([...counts].sort((a, b) => b - a))
        expect(list.shown.ids.length).toBe(live)
        expect(list.shown.waiting).toBe(0)
        // What is told to wait is nothing exactly where renewing changes nothing.
        expect(waiting === 0).toBe(String(ids) === String(list.shown.ids))
      }),
    )
  })
})
