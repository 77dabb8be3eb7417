import { CombinedError, type OperationResult } from 'urql'
import { expect, test } from 'vitest'
import type { TypedOperation } from '../../../generated/operation.ts'
import { makeChange } from './make-change.ts'

type Done = { __typename: 'Done'; id: string }
type Refused = { __typename: 'Conflict'; code: string; message: string; current: number }

const operation = {} as TypedOperation<{ change: Done | Refused }, object>

const answered = (result: Partial<OperationResult>) =>
  makeChange({ mutation: () => ({ toPromise: async () => result }) } as never, operation, {})

test('what was done is answered', async () => {
  const done: Done = { __typename: 'Done', id: '1' }
  expect(await answered({ data: { __typename: 'Mutation', change: done } })).toEqual({ success: done, refusal: null })
})

test('a refusal is told with all that it says', async () => {
  const refused: Refused = { __typename: 'Conflict', code: 'CONFLICT', message: 'Somebody else did.', current: 3 }
  expect(await answered({ data: { change: refused } })).toEqual({ success: null, refusal: refused })
})

test('an error that the server answered is no lost answer', async () => {
  const error = new CombinedError({ graphQLErrors: [{ message: 'Not you.', extensions: { code: 'FORBIDDEN' } }] })
  expect((await answered({ error })).refusal).toEqual({ code: 'FORBIDDEN', message: 'Not you.' })
})

test.for([
  ['a broken connection', { error: new CombinedError({ networkError: new TypeError('Failed to fetch') }) }],
  ['an answer without content', {}],
] as const)('after %s it may have been done', async ([, result]) => {
  const { success, refusal } = await answered(result)
  expect(success).toBeNull()
  expect(refusal).toMatchObject({ code: 'LOST', message: expect.stringContaining('may have been done') })
})
