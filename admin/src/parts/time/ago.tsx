import { duration, utcInstant } from '../../view/format.ts'
import { useTicking } from '../../view/ticker.ts'

/** How long ago an instant was; it ticks. `at` as the API tells it. */
export const Ago = ({ at, suffix = ' ago' }: { at: string; suffix?: string }) => {
  const ms = Date.parse(at)
  const text = useTicking((now) => duration((now - ms) / 1_000))
  return (
    <time dateTime={at} title={utcInstant(ms)}>
      {text}
      {suffix}
    </time>
  )
}
