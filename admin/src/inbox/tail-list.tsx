import { useEffect, useRef, useState } from 'react'
import { Button } from '../parts/control/button.tsx'
import { Message } from '../parts/states/message.tsx'
import { ProblemMessage } from '../parts/states/problem-message.tsx'
import { Skeleton } from '../parts/states/skeleton.tsx'
import { Renewing } from '../parts/states/working.tsx'
import { isTyping } from '../view/is-typing.ts'
import { DeliveryTable } from './delivery-table.tsx'
import styles from './inbox.module.css'
import { type InboxSearch, noFilters } from './search.ts'
import { TailBar } from './tail-bar.tsx'
import type { TailState } from './use-tail.ts'

type Props = {
  state: TailState
  search: InboxSearch
  /** Whether new ones appear: the range ends now. */
  isFollowing: boolean
  onChange(part: InboxSearch): void
}

/** The deliveries, newest first. New ones appear on top, but not while somebody reads or points at a row, and not while it is paused. */
export const TailList = ({ state, search, isFollowing, onChange }: Props) => {
  const { tail, busy, isLoaded, problem, showWaiting, loadOlder, isLoadingOlder, reload } = state
  const [isPaused, pause] = useState(false)
  const [isHeld, hold] = useState(false)
  const top = useRef<HTMLDivElement>(null)

  useEffect(() => {
    if (isPaused || isHeld || tail.waiting.length === 0) return
    const isAtTop = (): boolean => top.current!.getBoundingClientRect().bottom > 0
    const show = (): void => {
      if (isAtTop()) showWaiting()
    }
    show()
    addEventListener('scrollend', show)
    return () => removeEventListener('scrollend', show)
  }, [isPaused, isHeld, tail.waiting, showWaiting])

  useEffect(() => {
    const pressed = (event: KeyboardEvent): void => {
      if (isTyping(event)) return
      if (event.key === 'p' && isFollowing) pause((before) => !before)
      if (event.key === 'u') showWaiting()
    }
    addEventListener('keydown', pressed)
    return () => removeEventListener('keydown', pressed)
  }, [isFollowing, showWaiting])

  const isFiltered = [search.outcome, search.type, search.channel, search.signed].some((one) => one !== undefined)
  if (problem && tail.shown.length === 0) return <ProblemMessage problem={problem} onRetry={reload} />
  return (
    <section className={styles.list} aria-label="Deliveries">
      <div ref={top} />
      <TailBar
        state={state}
        isFollowing={isFollowing}
        isPaused={isPaused}
        onPause={() => pause(!isPaused)}
        onShow={() => {
          showWaiting()
          if (top.current!.getBoundingClientRect().bottom < 0) top.current!.scrollIntoView()
        }}
      />
      {!isLoaded ? (
        <Skeleton lines={12} height={20} />
      ) : (
        <Renewing busy={busy}>
          {tail.shown.length === 0 ? (
            <Message
              title="No deliveries found"
              action={isFiltered && <Button onClick={() => onChange(noFilters)}>Show all deliveries</Button>}
            >
              {isFiltered
                ? 'No delivery in this range matches the filters.'
                : 'No platform delivered anything in this range. Platforms deliver events only for channels with event subscriptions.'}
            </Message>
          ) : (
            <DeliveryTable lines={tail.shown} open={search.open} at={search.at} onHold={hold} />
          )}
          {tail.hasOlder && (
            <Button onClick={loadOlder} busy={isLoadingOlder}>
              Show older deliveries
            </Button>
          )}
        </Renewing>
      )}
    </section>
  )
}
