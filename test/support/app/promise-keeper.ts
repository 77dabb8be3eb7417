import { setTimeout as delay } from 'node:timers/promises'

/** A node said that it had told everything of a channel up to an instant, and these rows. */
type Promised = { channelId: bigint; node: string; through: string; rows: string[] }

const exportOf = async (url: string, channelId: bigint) => {
  const day = 86_400_000
  const [from, to] = [-day, day].map((ms) => new Date(Date.now() + ms).toISOString())
  const asked = `${url}/export/viewers?channel_id=${channelId}&from=${from}&to=${to}&format=ndjson`
  const response = await fetch(asked, { signal: AbortSignal.timeout(5_000) })
  const text = await response.text()
  const through = response.headers.get('x-complete-through')
  if (response.status !== 200 || through === null) return null
  return { through, rows: text.split('\n').filter(Boolean) }
}

const before = (through: string, rows: readonly string[]): string[] =>
  rows.filter((row) => Date.parse(JSON.parse(row).observed_at) < Date.parse(through))

/** Keeps what nodes promise by `X-Complete-Through` of their exports, and holds it against what is stored in the end. */
export const createPromiseKeeper = (channelIds: readonly bigint[]) => {
  const promised: Promised[] = []
  return {
    made: () => promised.length,
    /** Asks the node that `urlOf` names, one channel after the other, until the signal. */
    async watch(urlOf: () => string, until: AbortSignal): Promise<void> {
      for (let turn = 0; !until.aborted; turn++) {
        const url = urlOf()
        const channelId = channelIds[turn % channelIds.length]!
        // A node that does not answer promises nothing.
        const answer = await exportOf(url, channelId).catch(() => null)
        if (answer)
          promised.push({ channelId, node: url, through: answer.through, rows: before(answer.through, answer.rows) })
        await delay(200)
      }
    },
    /** The promises that do not hold by what this node tells now. */
    async broken(url: string) {
      const now = new Map<bigint, string[]>()
      for (const channelId of channelIds) now.set(channelId, (await exportOf(url, channelId))!.rows)
      return promised.flatMap(({ channelId, node, through, rows }) => {
        const stored = before(through, now.get(channelId)!)
        return stored.join() === rows.join()
          ? []
          : [{ channelId, node, through, told: rows.length, stored: stored.length }]
      })
    },
  }
}
