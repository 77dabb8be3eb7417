import { longInstant, shortInstant, utcInstant } from '../../view/format.ts'
import { useView } from '../../view/view.tsx'

/** An instant in the zone of the page, with the exact one in UTC on hover. `at` as the API tells it. */
export const Instant = ({ at, long = false }: { at: string; long?: boolean }) => {
  const { zone } = useView()
  const ms = Date.parse(at)
  return (
    <time dateTime={at} title={utcInstant(ms)}>
      {long ? longInstant(ms, zone) : shortInstant(ms, zone)}
    </time>
  )
}
