import { duration } from '../../view/format.ts'

/** When a broadcast ended, and when that was noticed. */
type End = { occurredAt: string; receivedAt: string }

type Broadcast = { endedAt: string | null; provenance: { end: string | null } }

/** Whether probes alone tell of the end. It is the last sighting, so the broadcast went on until then at least. */
export const isEndInferred = ({ endedAt, provenance }: Broadcast): boolean =>
  endedAt !== null && provenance.end === 'POLL'

/** When it was noticed that a broadcast was over; null where nothing tells it. */
export const noticedAt = ({ endedAt }: Pick<Broadcast, 'endedAt'>, ends: readonly End[]): string | null =>
  ends.find(({ occurredAt }) => endedAt !== null && Date.parse(occurredAt) === Date.parse(endedAt))?.receivedAt ?? null

/** By how much longer a broadcast may have lasted, in seconds; null where nothing tells it. */
export const marginSeconds = (broadcast: Broadcast, ends: readonly End[]): number | null => {
  const noticed = noticedAt(broadcast, ends)
  return noticed === null ? null : Math.max(0, (Date.parse(noticed) - Date.parse(broadcast.endedAt!)) / 1_000)
}

/** How sure time on air is: "3 ends inferred, up to 12 min more"; null where all ends were reported. */
export const inferredText = (
  broadcasts: readonly Broadcast[],
  ends: readonly End[],
  range: { from: string; to: string },
): string | null => {
  const [from, to] = [Date.parse(range.from), Date.parse(range.to)]
  const inferred = broadcasts.filter(
    (one) => isEndInferred(one) && Date.parse(one.endedAt!) > from && Date.parse(one.endedAt!) < to,
  )
  if (inferred.length === 0) return null
  const margins = inferred.map((one) => marginSeconds(one, ends))
  const count = inferred.length === 1 ? '1 end inferred' : `${inferred.length} ends inferred`
  return margins.includes(null)
    ? count
    : `${count}, up to ${duration(margins.reduce<number>((sum, one) => sum + one!, 0))} more`
}
