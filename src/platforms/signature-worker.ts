import { verify } from 'node:crypto'
import { parentPort } from 'node:worker_threads'
import type { CheckAnswer, CheckBatch } from './signature-thread.ts'

/** The thread that checks batches of signatures, one after another in the order of arrival. */
const port = parentPort!

port.on('message', ({ keys, checks, bytes }: CheckBatch) => {
  let at = 0
  const take = (length: number): Uint8Array => {
    at += length
    return bytes.subarray(at - length, at)
  }
  const answer: CheckAnswer = checks.map(({ key, signed, signature }) =>
    verify('sha256', take(signed), keys[key]!, take(signature)),
  )
  port.postMessage(answer)
})
port.postMessage([] satisfies CheckAnswer)
