import { ObjectStoreError } from '../stores/objects/object-store.ts'

/** For how long nothing may come from a place before it counts as one that hangs. */
export const usualSilentMs = 120_000

/** What even a slow place takes in a second: for so much longer a large file is waited for. */
const slowestBytesPerMs = 10_000

/** Says that something came, so that the time begins anew; `bytes` are to be written before the next thing can come. */
export type Alive = (bytes?: number) => void

/** Does work at a place that may hang. An ObjectStoreError when nothing came for too long; the work itself goes on, because nobody can end it. */
export type Patience = <T>(what: string, work: (alive: Alive) => Promise<T>, bytes?: number) => Promise<T>

/** Places with calls that were given up and have not come back. Each of them keeps a thread of this process. */
const stuck = new Set<string>()

/** Whether a call hangs, so that this process can not end as usual. */
export const isStuck = (): boolean => stuck.size > 0

/** Asks a place for nothing more until what was given up there has come back. */
export const giveUp = (place: string, back: Promise<unknown>): void => {
  stuck.add(place)
  const cameBack = () => stuck.delete(place)
  back.then(cameBack, cameBack)
}

/** What waits for the calls to one place. While one of before hangs, no other is made: in the end no thread would be left. */
export const patienceWith =
  (place: string, ms: number): Patience =>
  async (what, work, bytes = 0) => {
    if (stuck.has(place)) throw new ObjectStoreError('the file system hangs: a call of before has not come back.')
    const silence = Promise.withResolvers<never>()
    let timer: NodeJS.Timeout | undefined
    let isOver = false
    const alive: Alive = (more = 0) => {
      clearTimeout(timer)
      if (isOver) return
      const wait = ms + more / slowestBytesPerMs
      timer = setTimeout(() => {
        giveUp(place, done)
        silence.reject(
          new ObjectStoreError(`the file system hangs: nothing came from ${what} for ${Math.round(wait / 1_000)} s.`),
        )
      }, wait)
    }
    alive(bytes)
    const done = work(alive)
    try {
      return await Promise.race([done, silence.promise])
    } finally {
      isOver = true
      clearTimeout(timer)
    }
  }
