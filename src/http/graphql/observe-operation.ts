import type { Prepared } from '../../guard/guard.ts'
import type { Log } from '../../lib/log.ts'
import { isTracing, span } from '../../lib/tracing.ts'
import type { OnOperation, Transport } from '../server/metrics.ts'

const hasErrors = (result: object): boolean => 'errors' in result && result.errors !== undefined

/** What metrics and spans get of an operation. Variables are not among it. */
export type ObservedOperation = Pick<Prepared, 'operation' | 'cost'>

const measured = async <R extends object>(
  transport: Transport,
  { operation, cost }: ObservedOperation,
  requestId: string,
  work: () => R | Promise<R>,
  onOperation: OnOperation,
): Promise<R> => {
  const startedAt = performance.now()
  let failed = true
  try {
    const result = await work()
    failed = hasErrors(result)
    return result
  } finally {
    onOperation({
      transport,
      type: operation.operation,
      name: operation.name?.value,
      failed,
      durationMs: performance.now() - startedAt,
      cost: cost.requested,
      requestId,
    })
  }
}

/** Runs an operation that the guard let in, in a span of its own where operations are traced, and reports its end to `onOperation`. */
export const observed = <R extends object>(
  transport: Transport,
  operation: ObservedOperation,
  requestId: string,
  work: () => R | Promise<R>,
  onOperation: OnOperation,
): Promise<R> => {
  if (!isTracing()) return measured(transport, operation, requestId, work, onOperation)
  const type = operation.operation.operation
  const name = operation.operation.name?.value.slice(0, 100) ?? ''
  const attributes = {
    'graphql.operation.type': type,
    'graphql.operation.name': name,
    'channelscope.cost': operation.cost.requested,
    'channelscope.transport': transport,
    'channelscope.request_id': requestId,
  }
  return span(
    `${type} ${name}`.trimEnd(),
    { kind: transport === 'websocket' ? 'server' : 'internal', attributes },
    async (current) => {
      const result = await measured(transport, operation, requestId, work, onOperation)
      if (hasErrors(result)) current.fail('the answer has errors')
      return result
    },
  )
}

/** Counts an operation in the metrics, and writes a line of the log. */
export const reportOperations =
  (observeOperation: OnOperation, log: Log): OnOperation =>
  (operation) => {
    observeOperation(operation)
    const { requestId, transport, type, name, cost, failed, durationMs } = operation
    log.debug(
      { requestId, transport, type, name, cost, failed, durationMs: Math.round(durationMs * 10) / 10 },
      'operation',
    )
  }
