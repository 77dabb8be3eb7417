import { verify } from 'node:crypto'
import { availableParallelism } from 'node:os'
import { type SignatureCheck, type SignatureThread, startSignatureThread } from './signature-thread.ts'

/** Checks signatures: few on the event loop, many in a thread beside it. */
export type SignatureChecks = AsyncDisposable & {
  isGenuine(check: SignatureCheck): Promise<boolean>
  /** Whether there is a thread for many. */
  isThreaded(): boolean
}

/** So many checks that wait together are worth a message to the thread, which has to be woken; and so many are in one at most. */
const worthHandingOver = 8
const handedOver = 16
/** Messages that the thread has at a time: it must not wait for the next. */
const maxUnderWay = 2

type Waiting = SignatureCheck & { resolve: (isGenuine: boolean) => void; reject: (error: unknown) => void }

const settleHere = ({ key, signed, signature, resolve, reject }: Waiting): void => {
  try {
    resolve(verify('sha256', signed, key, signature))
  } catch (error) {
    reject(error)
  }
}

/**
 * Makes the checks of a process that may use so many cores. They wait for the end of a turn of the event loop, at which the thread gets what
 * it can take and the loop makes the rest. With one core the loop makes all. The thread is started when there is first enough for it.
 */
export const createSignatureChecks = (cores = availableParallelism()): SignatureChecks => {
  let thread: SignatureThread | null = null
  let waiting: Waiting[] = []
  let underWay = 0
  let isPlanned = false

  const handOver = async (to: SignatureThread, checks: readonly Waiting[]): Promise<void> => {
    underWay += 1
    const answer = await to.check(checks)
    underWay -= 1
    if (answer === null && thread === to) thread = null
    checks.forEach((one, index) => {
      if (answer === null) settleHere(one)
      else one.resolve(answer[index]!)
    })
    handOut()
  }

  /** Gives the thread what it can take. */
  const handOut = (): void => {
    while (thread?.isReady() && underWay < maxUnderWay && waiting.length >= worthHandingOver)
      void handOver(thread, waiting.splice(0, handedOver))
  }

  const endOfTurn = (): void => {
    isPlanned = false
    if (cores > 1 && waiting.length >= worthHandingOver) {
      thread ??= startSignatureThread()
      handOut()
    }
    const rest = waiting
    waiting = []
    rest.forEach(settleHere)
  }

  return {
    isGenuine: (check) =>
      new Promise<boolean>((resolve, reject) => {
        waiting.push({ ...check, resolve, reject })
        if (waiting.length >= handedOver) handOut()
        if (!isPlanned) setImmediate(endOfTurn)
        isPlanned = true
      }),
    isThreaded: () => thread?.isReady() ?? false,
    async [Symbol.asyncDispose]() {
      await thread?.[Symbol.asyncDispose]()
    },
  }
}
