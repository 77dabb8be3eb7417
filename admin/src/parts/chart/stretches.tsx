import { useRouter } from '@tanstack/react-router'
import { type MouseEvent, useId, useState } from 'react'
import styles from './chart.module.css'
import {
  type Band,
  type ChartData,
  groupHoles,
  type Hole,
  type HoleGroup,
  isEmpty,
  type Span,
  within,
} from './chart-data.ts'
import type { Frame } from './plot.ts'
import { bucketText, type Zone } from './readout.ts'

const pixelsOf = (frame: Frame, span: Span, part: Span): { left: number; width: number } => {
  const scale = frame.width / (span.to - span.from)
  return { left: frame.left + (part.from - span.from) * scale, width: (part.to - part.from) * scale }
}

const leastLabel = 36

/** The bands in a row above the plot, each with its label as far as there is room. */
export const BandRow = ({ bands, frame, span }: { bands: readonly Band[]; frame: Frame; span: Span }) => (
  <div className={styles.bands}>
    {within(bands, span).map((band) => {
      const { left, width } = pixelsOf(frame, span, band)
      return (
        <span
          key={`${band.from} ${band.label}`}
          className={styles.band}
          data-narrow={width <= leastLabel}
          style={{ left, width: Math.max(2, width - 1) }}
          title={band.label}
          dir="auto"
        >
          {width > leastLabel ? band.label : <span className="visually-hidden">{band.label}</span>}
        </span>
      )
    })}
  </div>
)

const nearPixels = 10
const leastHole = 8

const widestText = 360

// Where it fits beside the hatching, the reason is written into it.
const leastReason = 140

/** The text stands on the side of the hole where there is more room, and is not wider than that. */
const placeOfText = ({ left, width, end }: { left: number; width: number; end: number }) =>
  end - left >= left + width
    ? { left: 0, maxWidth: Math.min(widestText, end - left) }
    : { left: 'auto', right: 0, maxWidth: Math.min(widestText, left + width) }

/** Leads to the evidence without loading the panel anew. */
const EvidenceLink = ({ hole: { href, isBefore } }: { hole: Hole }) => {
  const { history } = useRouter()
  const follow = (event: MouseEvent): void => {
    if (event.button !== 0 || event.ctrlKey || event.metaKey || event.shiftKey || event.altKey) return
    event.preventDefault()
    history.push(href!)
  }
  return (
    <a href={href} onClick={follow}>
      {isBefore ? 'How it is watched' : 'See the evidence'}
    </a>
  )
}

/** `isSaid`: the chart is empty, and says why. */
type MarkProps = { group: HoleGroup; left: number; width: number; end: number; zone: Zone; isSaid: boolean }

const HoleMark = ({ group, left, width, end, zone, isSaid }: MarkProps) => {
  const id = useId()
  const [isOpen, setOpen] = useState(false)
  const when = (span: Span): string =>
    bucketText({ times: [span.from], span, title: '', unit: '', series: [] }, 0, zone)
  const shown = group.holes.slice(0, 5)
  const isBefore = group.holes.every((hole) => hole.isBefore)
  // What is of one line alone says nothing of the others.
  const isOfAll = !isSaid && group.holes.every((hole) => hole.of === undefined)
  return (
    // biome-ignore lint/a11y/noStaticElementInteractions: the button in it is what is operated.
    <div
      className={styles.hole}
      style={{ left, width: Math.max(leastHole, width) }}
      onPointerEnter={() => setOpen(true)}
      onPointerLeave={() => setOpen(false)}
      onFocus={() => setOpen(true)}
      onBlur={(event) => setOpen(event.currentTarget.contains(event.relatedTarget))}
      onKeyDown={(event) => event.key === 'Escape' && setOpen(false)}
    >
      <button
        type="button"
        className={styles.holeMark}
        data-before={isBefore}
        aria-label={`${isBefore ? 'Not watched yet' : 'Missing'}: ${when(group)}`}
        aria-describedby={isOpen ? id : undefined}
        aria-expanded={isOpen}
      />
      {isBefore && isOfAll && width >= leastReason && (
        <span className={styles.reason} aria-hidden="true">
          Not tracked yet
        </span>
      )}
      {isOpen && (
        <div id={id} className={styles.holeText} style={placeOfText({ left, width, end })} role="tooltip">
          <ul>
            {shown.map((hole) => (
              <li key={`${hole.from} ${hole.of}`}>
                <strong>{when(hole)}</strong> {hole.of && <bdi>{hole.of}: </bdi>}
                {hole.explanation} {hole.href && <EvidenceLink hole={hole} />}
              </li>
            ))}
          </ul>
          {group.holes.length > shown.length && (
            <p>And {group.holes.length - shown.length} more: zoom in to see them.</p>
          )}
        </div>
      )}
    </div>
  )
}

/** Marks for the holes, which say why observations are missing. */
export const HoleMarks = ({ data, frame, zone }: { data: ChartData; frame: Frame; zone: Zone }) => {
  const { span } = data
  const near = (nearPixels / frame.width) * (span.to - span.from)
  // What is missing lies over what nobody watched yet.
  const groups = [true, false].flatMap((isBefore) =>
    groupHoles(
      within(
        (data.holes ?? []).filter((hole) => Boolean(hole.isBefore) === isBefore),
        span,
      ),
      near,
    ),
  )
  return (
    <div className={styles.holes} style={{ top: frame.top + frame.height - 8 }}>
      {groups.map((group) => (
        <HoleMark
          key={`${group.from} ${group.holes[0]!.isBefore}`}
          group={group}
          zone={zone}
          isSaid={isEmpty(data)}
          end={frame.left + frame.width}
          {...pixelsOf(frame, span, group)}
        />
      ))}
    </div>
  )
}
