import { expect, test } from 'vitest'
import { SocketFrames } from '../../../src/http/websocket/socket-frames.ts'
import { Body, type StatusGap } from '../../../src/live/message.ts'

const gap: StatusGap = { kind: 'StatusGap', after: null, cursor: 'c', reason: 'r' }
const body = (data: string) => new Body(gap, `{"data":"${data}"`)
const cost = (requested: number) => ({ requested, maximum: 500_000 })

/** The texts of whole frames with at most 65,535 bytes. */
const textsIn = (joined: string): unknown[] => {
  const bytes = Buffer.from(joined, 'latin1')
  const texts: unknown[] = []
  for (let at = 0; at < bytes.length; ) {
    const short = bytes[at + 1]! < 126
    const length = short ? bytes[at + 1]! : bytes.readUInt16BE(at + 2)
    const from = at + (short ? 2 : 4)
    texts.push(JSON.parse(bytes.toString('utf8', from, from + length)))
    at = from + length
  }
  return texts
}

test('each operation gets its own id and cost around the same results, in whatever order they are told', () => {
  const frames = new SocketFrames()
  const bodies = [body('a'), body('ü'.repeat(100))]
  const others = [body('b')]
  const told = (id: string, requested: number, given: readonly Body[]) =>
    textsIn(frames.join(frames.of(id, cost(requested)), given))
  const expected = (id: string, requested: number, given: string[]) =>
    given.map((data) => ({ id, type: 'next', payload: { data, extensions: { cost: cost(requested) } } }))
  for (const id of ['1', '1', '2', 'ä"', '1'])
    for (const requested of [5, 7]) {
      expect(told(id, requested, bodies)).toEqual(expected(id, requested, ['a', 'ü'.repeat(100)]))
      expect(told(id, requested, others)).toEqual(expected(id, requested, ['b']))
    }
})

test('more ids than are shared still get their own frames', () => {
  const frames = new SocketFrames()
  const bodies = [body('a')]
  for (let i = 0; i < 2_500; i++)
    expect(textsIn(frames.join(frames.of(`${i}`, cost(1)), bodies))).toMatchObject([{ id: `${i}` }])
})
