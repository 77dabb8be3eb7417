import { useVirtualizer } from '@tanstack/react-virtual'
import { useCallback, useEffect, useLayoutEffect, useRef } from 'react'
import { Button } from '../parts/control/button.tsx'
import { clockSeconds, clockTime, exactNumber, utcInstant } from '../view/format.ts'
import { isTyping } from '../view/is-typing.ts'
import { useView } from '../view/view.tsx'
import styles from './chat.module.css'
import type { TailLine } from './chat-tail.ts'
import { type ChatMessage, mostLines, useChatTail } from './use-chat-tail.ts'

const Line = ({ line, zone }: { line: TailLine<ChatMessage>; zone: string }) => {
  if (line.kind === 'gap')
    return (
      <p className={styles.gap}>
        {clockTime(line.from, zone)} to {clockTime(line.to, zone)}: connection lost. Use the search to find what was
        said meanwhile.
      </p>
    )
  const { createdAt, username, platformUserId, content } = line.message
  const at = Date.parse(createdAt)
  return (
    <p className={styles.line}>
      <time dateTime={createdAt} title={utcInstant(at)}>
        {clockSeconds(at, zone)}
      </time>
      <span className={styles.said} dir="auto">
        <b>{username ?? platformUserId}</b> {content}
      </span>
    </p>
  )
}

/** What is said now. Paused, the lines stay and what comes waits. */
export const ChatLive = ({ id }: { id: string }) => {
  const { zone } = useView()
  const { tail, shown, problem, again } = useChatTail(id)
  const { lines, isPaused, waiting, dropped } = shown
  const box = useRef<HTMLDivElement>(null)
  const virtual = useVirtualizer({
    count: lines.length,
    getScrollElement: () => box.current,
    estimateSize: () => 24,
    overscan: 12,
    getItemKey: (i) => lines[i]!.key,
  })

  const toggle = useCallback(() => (tail.shown.isPaused ? tail.resume() : tail.pause()), [tail])
  useEffect(() => {
    const pressed = (event: KeyboardEvent): void => {
      if (event.key === 'p' && !isTyping(event)) toggle()
    }
    addEventListener('keydown', pressed)
    return () => removeEventListener('keydown', pressed)
  }, [toggle])

  const size = virtual.getTotalSize()
  // biome-ignore lint/correctness/useExhaustiveDependencies: the newest line stays in sight as lines come.
  useLayoutEffect(() => {
    if (!isPaused && box.current) box.current.scrollTop = box.current.scrollHeight
  }, [lines, size, isPaused])

  return (
    <section aria-label="Live chat">
      <div className={styles.bar}>
        <Button onClick={toggle} aria-pressed={isPaused} title="Key: p" kind={isPaused ? 'main' : 'plain'}>
          {isPaused ? 'Resume' : 'Pause'}
        </Button>
        <span className={styles.state} role="status">
          {isPaused
            ? `Paused. ${waiting === 1 ? '1 message' : `${exactNumber(waiting)} messages`} waiting.`
            : lines.length === 0
              ? 'No messages in the last hour. New ones appear here.'
              : 'New messages appear at the bottom.'}
          {dropped > 0 && ` ${exactNumber(dropped)} were dropped: at most ${exactNumber(mostLines)} wait.`}
        </span>
        {problem && (
          <span className={styles.wrong} role="alert">
            {problem.message} <Button onClick={again}>Go on</Button>
          </span>
        )}
      </div>
      <div
        ref={box}
        className={styles.box}
        role="log"
        aria-live="off"
        aria-label="Lines of the chat"
        // biome-ignore lint/a11y/noNoninteractiveTabindex: who has no mouse scrolls it by the keys.
        tabIndex={0}
        onWheel={(event) => event.deltaY < 0 && tail.pause()}
      >
        <div className={styles.inner} style={{ height: size }}>
          {virtual.getVirtualItems().map(({ index, key, start }) => (
            <div
              key={key}
              ref={virtual.measureElement}
              data-index={index}
              className={styles.place}
              style={{ transform: `translateY(${start}px)` }}
            >
              <Line line={lines[index]!} zone={zone} />
            </div>
          ))}
        </div>
      </div>
    </section>
  )
}
