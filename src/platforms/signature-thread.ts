import type { KeyObject } from 'node:crypto'
import { Worker } from 'node:worker_threads'

/** Whether a key made this RSA PKCS#1 v1.5 signature with SHA-256. */
export type SignatureCheck = { key: KeyObject; signed: Buffer; signature: Buffer }

/** Checks for the thread: what is signed and its signature stand in `bytes` in turn, here with their lengths. */
export type CheckBatch = {
  keys: readonly KeyObject[]
  checks: readonly { key: number; signed: number; signature: number }[]
  bytes: Uint8Array
}
/** The results of a batch in its order; an empty one says that the thread is ready. */
export type CheckAnswer = readonly boolean[]

/** A thread that checks signatures. It does not keep the process alive. */
export type SignatureThread = AsyncDisposable & {
  /** Whether it has started, and has not ended. */
  isReady(): boolean
  /** The results of checks in their order; null when the thread has ended before it knew them. */
  check(checks: readonly SignatureCheck[]): Promise<CheckAnswer | null>
}

const batchOf = (checks: readonly SignatureCheck[]): CheckBatch & { bytes: Buffer<ArrayBuffer> } => {
  const bytes = Buffer.allocUnsafeSlow(checks.reduce((sum, one) => sum + one.signed.length + one.signature.length, 0))
  const keys: KeyObject[] = []
  let at = 0
  const lengths = checks.map(({ key, signed, signature }) => {
    at += signed.copy(bytes, at)
    at += signature.copy(bytes, at)
    if (!keys.includes(key)) keys.push(key)
    return { key: keys.indexOf(key), signed: signed.length, signature: signature.length }
  })
  return { keys, checks: lengths, bytes }
}

/** Starts a thread, which is ready a little later. */
export const startSignatureThread = (): SignatureThread => {
  const worker = new Worker(new URL('./signature-worker.ts', import.meta.url), { name: 'signatures' })
  worker.unref()
  const waiting: ((answer: CheckAnswer | null) => void)[] = []
  let isReady = false
  const end = (): void => {
    isReady = false
    for (const resolve of waiting.splice(0)) resolve(null)
  }
  worker.on('message', (answer: CheckAnswer | object) => {
    // In watch mode Node itself posts which modules a thread has loaded.
    if (!Array.isArray(answer)) return
    if (answer.length === 0) isReady = true
    else waiting.shift()!(answer)
  })
  worker.on('error', end)
  worker.on('exit', end)
  return {
    isReady: () => isReady,
    check: (checks) =>
      new Promise((resolve) => {
        if (!isReady) return resolve(null)
        const batch = batchOf(checks)
        waiting.push(resolve)
        worker.postMessage(batch, [batch.bytes.buffer])
      }),
    async [Symbol.asyncDispose]() {
      await worker.terminate()
    },
  }
}
