import type { ServerResponse } from 'node:http'

/** Aborts when an answer is over: given, or nobody is left to give it to. What is begun for it ends with it. */
export const responseClosedSignal = (response: ServerResponse): AbortSignal => {
  const closed = new AbortController()
  const abort = () => closed.abort(new Error('The reader has gone.'))
  if (response.closed || response.destroyed) abort()
  else response.once('close', abort)
  return closed.signal
}
