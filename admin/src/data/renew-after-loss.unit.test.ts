import { Client, CombinedError, type Exchange, gql, makeResult, type OperationResult } from 'urql'
import { afterEach, expect, test, vi } from 'vitest'

vi.stubGlobal('sessionStorage', { getItem: () => null })
const { renewAfterLoss } = await import('./renew-after-loss.ts')
vi.unstubAllGlobals()

afterEach(() => void vi.useRealTimers())

type Sink = Parameters<ReturnType<Exchange>>[0]

/** Answers at once: a query with how often it was asked, a mutation with what `ofMutation` says. */
const answering =
  (asked: string[], ofMutation: () => Partial<OperationResult>): Exchange =>
  () =>
  (operations: Sink) =>
  (sink) =>
    operations((signal) => {
      if (signal === 0 || signal.tag === 0) return sink(signal as never)
      const operation = signal[0]
      if (operation.kind === 'teardown') return
      asked.push(operation.kind)
      const result = makeResult(operation, { data: { asked: asked.length } }, undefined)
      sink(Object.assign([{ ...result, ...(operation.kind === 'mutation' && ofMutation()) }], { tag: 1 }) as never)
    })

const query = gql`
  query Shown {
    asked
  }
`
const mutation = gql`
  mutation Change {
    asked
  }
`

const lost = { data: undefined, error: new CombinedError({ networkError: new TypeError('Failed to fetch') }) }

/** A page that shows the query, and makes the change. */
const change = async (ofMutation: Partial<OperationResult>, reached: () => Promise<boolean>): Promise<string[]> => {
  const asked: string[] = []
  const exchanges = [renewAfterLoss(() => client, reached), answering(asked, () => ofMutation)]
  const client: Client = new Client({ url: 'http://nowhere.example', exchanges, preferGetMethod: false })
  const { unsubscribe } = client.query(query, {}).subscribe(() => undefined)
  await client.mutation(mutation, {}).toPromise()
  await vi.runAllTimersAsync()
  unsubscribe()
  return asked
}

test('what is shown is asked for again once the server is reached after a lost answer', async () => {
  vi.useFakeTimers()
  const answers = [false, false, true]
  const reached = vi.fn(async () => answers.shift()!)
  expect(await change(lost, reached)).toEqual(['query', 'mutation', 'query'])
  expect(reached).toHaveBeenCalledTimes(3)
})

test('after an answer nothing is asked for again', async () => {
  vi.useFakeTimers()
  const refused = { data: undefined, error: new CombinedError({ graphQLErrors: ['Not you.'] }) }
  expect(await change(refused, async () => true)).toEqual(['query', 'mutation'])
  expect(await change({}, async () => true)).toEqual(['query', 'mutation'])
})
