import { useEffect, useState } from 'react'
import { Button } from '../parts/control/button.tsx'
import { Place } from '../parts/place/place.tsx'
import { BehindNote } from '../parts/states/behind-note.tsx'
import { Message } from '../parts/states/message.tsx'
import { ProblemMessage } from '../parts/states/problem-message.tsx'
import { Skeleton } from '../parts/states/skeleton.tsx'
import { StaleNote } from '../parts/table/stale-note.tsx'
import { exactNumber } from '../view/format.ts'
import { isTyping } from '../view/is-typing.ts'
import { Empty } from './empty.tsx'
import styles from './live.module.css'
import { LiveTable } from './live-table.tsx'
import { TotalsStrip } from './totals-strip.tsx'
import { useLiveList, useShown } from './use-live-list.ts'

const renewEveryMs = 2_000

/** Who is live now, by viewers, and everything together. */
export const Live = () => {
  const { list, more, isLoaded, problem, behind, reload } = useLiveList()
  const { ids, waiting, entering, live, viewers, uncounted } = useShown(list)
  const [isHeld, hold] = useState(false)

  // Nobody points at a row: who goes on or off is shown at once, and the order follows by itself.
  useEffect(() => {
    if (!isHeld && entering > 0) list.apply()
  }, [list, isHeld, entering])
  useEffect(() => {
    if (isHeld) return
    const timer = setInterval(() => list.shown.waiting > 0 && list.apply(), renewEveryMs)
    return () => clearInterval(timer)
  }, [list, isHeld])

  useEffect(() => {
    const pressed = (event: KeyboardEvent): void => {
      if (event.key === 'u' && !isTyping(event)) list.apply()
    }
    addEventListener('keydown', pressed)
    return () => removeEventListener('keydown', pressed)
  }, [list])

  return (
    <Place name="Live" title="Live now" width="window" ready={isLoaded || problem !== null}>
      {behind && <BehindNote behind={behind} onReload={reload} />}
      {problem && isLoaded && <StaleNote problem={problem} onRetry={reload} />}
      {problem && !isLoaded ? (
        <ProblemMessage problem={problem} onRetry={reload} />
      ) : (
        <>
          <TotalsStrip
            live={isLoaded ? live + more : null}
            viewers={isLoaded ? viewers : null}
            uncounted={uncounted + more}
          />
          <div className={styles.waiting} role="status">
            {waiting > 0 && isHeld && (
              <Button onClick={() => list.apply()} title="Key: u">
                {waiting === 1 ? '1 change' : `${exactNumber(waiting)} changes`}: update order
              </Button>
            )}
          </div>
          {!isLoaded && <Skeleton lines={12} height={32} />}
          {isLoaded && ids.length === 0 && <Empty />}
          {isLoaded && ids.length > 0 && <LiveTable list={list} ids={ids} onHold={hold} />}
          {more > 0 && (
            <Message title={`${exactNumber(more)} more are live`}>
              This page shows the {exactNumber(ids.length)} with the most viewers.
            </Message>
          )}
        </>
      )}
    </Place>
  )
}
