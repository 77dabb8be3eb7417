import { useRef, useState } from 'react'
import { shortInstant } from '../../view/format.ts'
import { readInstant } from '../../view/instant.ts'
import { useView, type View } from '../../view/view.tsx'
import type { Range } from '../../view/view-search.ts'
import { offsetOf } from '../../view/zone.ts'
import { Button } from '../control/button.tsx'
import { CopyButton } from '../control/copy-button.tsx'
import styles from './range.module.css'
import { RangeForm } from './range-form.tsx'
import { useFrozen } from './use-frozen.ts'

/** Ranges that are told from now. Days are those of the zone. */
const ranges: readonly (readonly [name: string, range: Range])[] = [
  ['Today', { from: 'now/d', to: 'now' }],
  ['Yesterday', { from: 'now-1d/d', to: 'now/d' }],
  ['Last hour', { from: 'now-1h', to: 'now' }],
  ['Last 6 hours', { from: 'now-6h', to: 'now' }],
  ['Last 24 hours', { from: 'now-24h', to: 'now' }],
  ['Last 7 days', { from: 'now-7d', to: 'now' }],
  ['Last 30 days', { from: 'now-30d', to: 'now' }],
  ['Last 365 days', { from: 'now-365d', to: 'now' }],
]

const isSame = (one: Range, other: Range): boolean => one.from === other.from && one.to === other.to

/** A range in words: its name, or its two instants in the zone. */
const rangeText = ({ asked, range: { from, to }, zone }: View, now: number): string => {
  const named = ranges.find(([, range]) => isSame(range, asked))
  if (named) return named[0]
  const [first, last] = [readInstant(from, now) ?? now, readInstant(to, now) ?? now]
  return `${shortInstant(first, zone, now)} – ${to === 'now' ? 'now' : shortInstant(last, zone, now)}`
}

const fixedLink = 'Copies the address of this view'
const movingLink = `${fixedLink}. Its range moves with time. Press z to give it fixed times.`

/** Chooses the range and the zone of a place, and names both once. */
export const RangePicker = () => {
  const view = useView()
  const popup = useRef<HTMLDivElement>(null)
  const [isOpen, setOpen] = useState(false)
  const now = Date.now()
  const choose = (range: Range): void => {
    view.setRange(range)
    popup.current?.hidePopover()
  }
  const isFrozen = useFrozen(view)
  return (
    <div className={styles.picker}>
      <CopyButton text={() => location.href} label="Copy link" title={view.isRelative ? movingLink : fixedLink} />
      {isFrozen && (
        <p className={styles.said} role="status">
          The times are fixed now: the link shows the same tomorrow.
        </p>
      )}
      <Button popoverTarget="range" aria-expanded={isOpen} title="Choose the range and the time zone">
        {rangeText(view, now)}
        <span className={styles.zone} title={offsetOf(view.zone, now)}>
          {view.zone}
        </span>
      </Button>
      <div
        id="range"
        className={styles.popup}
        popover="auto"
        ref={popup}
        onToggle={(event) => setOpen(event.newState === 'open')}
      >
        <ul className={styles.list}>
          {ranges.map(([name, range]) => (
            <li key={name}>
              <button
                type="button"
                className={styles.choice}
                aria-pressed={isSame(range, view.asked)}
                onClick={() => choose(range)}
              >
                {name}
              </button>
            </li>
          ))}
        </ul>
        {isOpen && <RangeForm view={view} onChoose={choose} />}
      </div>
    </div>
  )
}
