import type { CombinedError } from 'urql'
import { givenUp } from './give-up.ts'

/** What went wrong with an operation: the code of the server, and its sentence. OFFLINE: the server was not reached. GIVEN_UP: nobody waited for it. */
export type Problem = { code: string; message: string }

/** The server was not reached. */
export const offline: Problem = { code: 'OFFLINE', message: 'The server can not be reached now.' }

type Fault = { message: string; extensions?: Record<string, unknown> }

/** The first error of an answer. A faulty answer of a proxy counts as OFFLINE too, because nothing of ours was reached. */
export const problemOf = (error: CombinedError | undefined): Problem | null => {
  if (!error) return null
  const [first] = error.graphQLErrors as readonly Fault[]
  if (!first && error.networkError?.name === givenUp)
    return { code: 'GIVEN_UP', message: 'You gave up waiting for it.' }
  if (!first) return offline
  return { code: String(first.extensions?.code ?? 'INTERNAL_SERVER_ERROR'), message: first.message }
}

/** The same of errors that a subscription ended with. */
export const problemOfFaults = (faults: readonly Fault[]): Problem => ({
  code: String(faults[0]?.extensions?.code ?? 'INTERNAL_SERVER_ERROR'),
  message: faults[0]?.message ?? 'The server ended this without a reason.',
})

/** A failure that a mutation answers as data: its sentence is shown beside what was refused. */
export const isProblem = (answer: object): answer is Problem & { __typename: string } =>
  'message' in answer && 'code' in answer
