import { type Client, type Exchange, makeOperation, mapExchange, type Operation } from 'urql'
import { Me } from '../../generated/me.ts'
import { ask } from './ask.ts'

const againAfterMs = 1_000

const isReached = async (): Promise<boolean> =>
  (await ask(Me, {}, new AbortController().signal)).problem?.code !== 'OFFLINE'

/**
 * The answer of a mutation was lost, so nobody knows whether it was done. As soon as the server is reached again, everything that the page
 * shows is asked for anew: that tells.
 */
export const renewAfterLoss = (client: () => Client, reached: () => Promise<boolean> = isReached): Exchange => {
  const shown = new Map<number, Operation>()
  let isWaiting = false

  const renew = async (): Promise<void> => {
    if (isWaiting) return
    isWaiting = true
    while (!(await reached())) await new Promise((resolve) => setTimeout(resolve, againAfterMs))
    isWaiting = false
    for (const operation of shown.values())
      client().reexecuteOperation(
        makeOperation(operation.kind, operation, { ...operation.context, requestPolicy: 'network-only' }),
      )
  }

  return mapExchange({
    onOperation(operation) {
      if (operation.kind === 'query') shown.set(operation.key, operation)
      if (operation.kind === 'teardown') shown.delete(operation.key)
    },
    onResult({ operation, error, data }) {
      if (operation.kind === 'mutation' && (error?.networkError || (!error && !data))) void renew()
    },
  })
}
