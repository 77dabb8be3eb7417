import { useNavigate, useSearch } from '@tanstack/react-router'
import { Choice } from '../parts/control/choice.tsx'
import { Place } from '../parts/place/place.tsx'
import { RangePicker } from '../parts/range/range-picker.tsx'
import { Message } from '../parts/states/message.tsx'
import { ProblemMessage } from '../parts/states/problem-message.tsx'
import { Skeleton } from '../parts/states/skeleton.tsx'
import { Renewing } from '../parts/states/working.tsx'
import { ScrollBox } from '../parts/table/scroll-box.tsx'
import { StaleNote } from '../parts/table/stale-note.tsx'
import { AddChannel } from './add-channel.tsx'
import styles from './compare.module.css'
import { CompareChart } from './compare-chart.tsx'
import { ComparedTable } from './compared-table.tsx'
import { type CompareSearch, mostChannels } from './search.ts'
import { useCompare } from './use-compare.ts'

/** Up to six channels on one chart. */
const Compare = () => {
  const search = useSearch({ strict: false }) as CompareSearch
  const navigate = useNavigate()
  const state = useCompare(search)
  const { rows, problem, busy, renew } = state
  const handles = search.c ?? []
  // A channel that the link names twice is there once.
  const known = rows ? rows.map(({ handle }) => handle) : handles
  const isByStart = search.by === 'start'
  const change = (part: CompareSearch): void =>
    void navigate({ to: '.', search: ((before: object) => ({ ...before, ...part })) as never })
  return (
    <Place name="Compare" controls={<RangePicker />} width="window" ready={rows !== null || problem !== null}>
      <div className={styles.controls}>
        {known.length < mostChannels ? (
          <AddChannel onAdd={(handle) => change({ c: [...new Set([...known, handle])] })} />
        ) : (
          <span className={styles.quiet}>Six channels are the most that one chart shows.</span>
        )}
        <Choice
          label="Axis"
          hiddenLabel
          value={isByStart ? 'start' : 'clock'}
          choices={[
            ['clock', 'By the clock'],
            ['start', 'Since the start of the latest broadcast'],
          ]}
          onChoose={(by: string) => change({ by: by === 'start' ? 'start' : undefined, zoom: undefined })}
        />
        {!isByStart && (
          <label className={styles.check}>
            <input
              type="checkbox"
              checked={search.before === '1'}
              onChange={(event) => change({ before: event.target.checked ? '1' : undefined })}
            />
            Previous period
          </label>
        )}
      </div>
      {problem && rows === null && <ProblemMessage problem={problem} onRetry={renew} />}
      {problem && rows && <StaleNote problem={problem} onRetry={renew} />}
      {rows === null && !problem && <Skeleton lines={10} height={36} />}
      {rows?.length === 0 && (
        <Message title="No channels yet">
          Add up to six channels, by any handle they ever had. The link keeps them.
        </Message>
      )}
      {rows && rows.length > 0 && (
        <Renewing busy={busy}>
          <CompareChart state={state} rows={rows} search={search} change={change} />
          <div className={styles.compared}>
            <ScrollBox>
              <ComparedTable
                rows={rows}
                byStart={isByStart}
                withBefore={search.before === '1' && !isByStart}
                onRemove={(gone) => change({ c: handles.filter((one) => !gone.includes(one)) })}
              />
            </ScrollBox>
          </div>
        </Renewing>
      )}
    </Place>
  )
}

export default Compare
