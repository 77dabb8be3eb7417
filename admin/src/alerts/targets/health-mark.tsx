import type { AlertTargetLineFragment } from '../../../generated/graphql.ts'
import { Mark } from '../../parts/status/mark.tsx'
import { Ago } from '../../parts/time/ago.tsx'
import { useTicking } from '../../view/ticker.ts'
import { healthOf } from './target-words.ts'

/** Whether nothing is sent to a target for a while. */
export const useIsWaiting = ({ waitUntil }: Pick<AlertTargetLineFragment, 'waitUntil'>): boolean =>
  useTicking((now) => waitUntil !== null && Date.parse(waitUntil) > now)

/** How a target does: a word with a mark, and since when. */
export const HealthMark = ({ target }: { target: AlertTargetLineFragment }) => {
  const { tone, word, since, why } = healthOf(target, useIsWaiting(target))
  return (
    <Mark tone={tone} title={why}>
      {since ? (
        <span>
          {word} for <Ago at={since} suffix="" />
        </span>
      ) : (
        word
      )}
    </Mark>
  )
}
