import type { FormattedExecutionResult } from 'graphql-ws/client'
import type { TypedOperation } from '../../generated/operation.ts'
import type { Socket } from './connection.ts'
import { type Problem, problemOfFaults } from './problem.ts'

export type FollowOptions<Result, Variables> = {
  socket: Socket
  operation: TypedOperation<Result, Variables>
  /** Asked at each try, so that a cursor in them is the latest. */
  variables(): Variables
  onMessage(message: Result): void
  /** A connection was lost and is there again; messages go on after this. */
  onResumed?(lostAt: number): void
  /** The server refused or ended it: it is not tried again. */
  onProblem?(problem: Problem): void
}

// The server says that it can not now; all other errors would come again.
const passing = new Set(['UNAVAILABLE', 'RATE_LIMITED'])

/**
 * Follows a subscription through lost connections and restarts of the server until it is stopped. Each try asks for the variables anew: with
 * the cursor of the last message nothing is missed.
 */
export const follow = <Result, Variables extends Record<string, unknown>>({
  socket,
  operation,
  variables,
  onMessage,
  onResumed,
  onProblem,
}: FollowOptions<Result, Variables>): (() => void) => {
  let isStopped = false
  let cancel: (() => void) | undefined
  let lostAt: number | null = null

  const again = async (): Promise<void> => {
    lostAt ??= Date.now()
    await socket.retry()
    if (!isStopped) start()
  }

  const start = (): void => {
    const began = lostAt
    cancel = socket.client.subscribe<Result>(
      { query: operation.text, operationName: operation.name, variables: variables() },
      {
        next({ data, errors }: FormattedExecutionResult<Result>) {
          if (isStopped) return
          if (errors) return onProblem?.(problemOfFaults(errors))
          if (began !== null && lostAt !== null) {
            lostAt = null
            onResumed?.(began)
          }
          if (data) onMessage(data)
        },
        error(error) {
          if (isStopped) return
          if (!Array.isArray(error)) return void again()
          const problem = problemOfFaults(error)
          if (passing.has(problem.code)) void again()
          else onProblem?.(problem)
        },
        complete() {
          // The server says goodbye before it stops: what follows goes on elsewhere, or when it is back.
          if (!isStopped) void again()
        },
      },
    )
  }
  start()
  return () => {
    isStopped = true
    cancel?.()
  }
}
