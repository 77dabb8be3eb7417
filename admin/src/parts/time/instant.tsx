import { datedInstant, datedSeconds, longInstant, shortInstant, utcInstant } from '../../view/format.ts'
import { useView } from '../../view/view.tsx'

const forms = { short: shortInstant, dated: datedInstant, seconds: datedSeconds, long: longInstant } as const

type Props = {
  /** As the API tells it. */
  at: string
  /** `short` leaves out the day of today; `dated` has it always, `seconds` with seconds, and `long` has all. */
  form?: keyof typeof forms
}

/** An instant in the zone of the page, with the exact one in UTC on hover. */
export const Instant = ({ at, form = 'short' }: Props) => {
  const { zone } = useView()
  const ms = Date.parse(at)
  return (
    <time dateTime={at} title={utcInstant(ms)}>
      {forms[form](ms, zone)}
    </time>
  )
}
