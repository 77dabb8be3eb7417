import { once } from 'node:events'
import type { ServerResponse } from 'node:http'

/** Why a reader is not waited for any longer. */
class ReaderStalled extends Error {
  override name = 'ReaderStalled'
}

const sliceBytes = 65_536

const wait = async (response: ServerResponse, event: 'drain' | 'finish', stallMs: number, closed: AbortSignal) => {
  const stalled = new AbortController()
  const timer = setTimeout(
    () => stalled.abort(new ReaderStalled(`The reader took nothing for ${stallMs} ms.`)),
    stallMs,
  )
  try {
    await once(response, event, { signal: AbortSignal.any([closed, stalled.signal]) })
  } catch {
    throw closed.aborted ? closed.reason : stalled.signal.reason
  } finally {
    clearTimeout(timer)
  }
}

/**
 * Writes as fast as the reader takes it, a small slice at a time; rejects with ReaderStalled when it did not take a slice in
 * time, and with the reason of the signal.
 */
export const writeToReader = async (
  response: ServerResponse,
  bytes: Buffer,
  stallMs: number,
  closed: AbortSignal,
): Promise<void> => {
  for (let at = 0; at < bytes.length; at += sliceBytes) {
    closed.throwIfAborted()
    if (!response.write(bytes.subarray(at, at + sliceBytes))) await wait(response, 'drain', stallMs, closed)
  }
}

/** Ends the answer and resolves when the reader has it; rejects as `writeToReader`. */
export const endForReader = async (response: ServerResponse, stallMs: number, closed: AbortSignal): Promise<void> => {
  closed.throwIfAborted()
  const taken = wait(response, 'finish', stallMs, closed)
  response.end()
  await taken
}
