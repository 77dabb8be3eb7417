import { type CSSProperties, useLayoutEffect, useRef, useState } from 'react'
import styles from './unknown.module.css'

const width = 260

/** Below what was pressed, within the window. */
const placeBelow = (element: Element): CSSProperties => {
  const { left, bottom } = element.getBoundingClientRect()
  return { left: Math.max(8, Math.min(left, innerWidth - width - 8)), top: bottom + 4 }
}

/** What nobody knows. The reason is told on hover, to screen readers, and where it is pressed. */
export const Unknown = ({ reason }: { reason: string }) => {
  const [place, setPlace] = useState<CSSProperties | null>(null)
  const button = useRef<HTMLButtonElement>(null)
  const note = useRef<HTMLSpanElement>(null)
  const isShown = place !== null
  useLayoutEffect(() => {
    if (isShown) note.current!.showPopover()
  }, [isShown])
  return (
    <>
      <button
        ref={button}
        type="button"
        className={styles.unknown}
        title={reason}
        aria-label={`unknown: ${reason}`}
        aria-expanded={isShown}
        onClick={() => setPlace(isShown ? null : placeBelow(button.current!))}
      >
        –
      </button>
      {isShown && (
        <span
          ref={note}
          popover="auto"
          role="status"
          className={styles.reason}
          style={place}
          onToggle={({ newState }) => newState === 'closed' && setPlace(null)}
        >
          {reason}
        </span>
      )}
    </>
  )
}
