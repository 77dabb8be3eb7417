import type { InsertTarget } from './chunks.ts'
import { quotedMilliseconds } from './quoted-instant.ts'

/** The DateTime64 columns that earlier versions of this program wrote as bare milliseconds, by table; the first is never null. */
const barelyWritten: Readonly<Record<string, readonly string[]>> = {
  kick_streamer_probe: ['ts'],
  webhook_inbox: ['received_at', 'sent_at'],
  streamer_trust_score_history: ['computed_at'],
}

const isBare = (line: string, place: number): boolean => typeof (JSON.parse(line) as unknown[])[place] === 'number'

/**
 * Rows of a spool as they are sent. Those that an earlier version left are sent with their instants as text; they are the first
 * of a batch, so one look at its first row tells whether there are any. The same rows always give the same bytes.
 */
export const presentRows = ({ table, columns }: InsertTarget, body: Buffer): Buffer => {
  const names = barelyWritten[table]
  if (!names) return body
  const places = names.map((name) => columns.indexOf(name)).filter((place) => place >= 0)
  const [place] = places
  if (place === undefined || !isBare(body.toString('utf8', 0, body.indexOf('\n')), place)) return body
  const lines = body.toString().split('\n').slice(0, -1)
  return Buffer.from(
    lines
      .map((line) => {
        // These tables have no integers that JSON.parse would round.
        const values = JSON.parse(line) as unknown[]
        const texts = values.map((value, index) =>
          places.includes(index) && typeof value === 'number' ? quotedMilliseconds(value) : JSON.stringify(value),
        )
        return `[${texts.join(',')}]\n`
      })
      .join(''),
  )
}
