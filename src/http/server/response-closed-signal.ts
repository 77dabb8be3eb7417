import type { ServerResponse } from 'node:http'

/** Aborts when an answer is over: given, or nobody is left to give it to. What is begun for it ends with it. */
export const responseClosedSignal = (response: ServerResponse): AbortSignal => {
  const gone = new AbortController()
  const abort = () => gone.abort(new Error('The reader has gone.'))
  if (response.closed || response.destroyed) abort()
  else response.once('close', abort)
  return gone.signal
}
