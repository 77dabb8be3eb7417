import { useNavigate, useSearch } from '@tanstack/react-router'
import { useQuery } from 'urql'
import { PlatformCalls } from '../../generated/calls.ts'
import { problemOf } from '../data/problem.ts'
import { Button } from '../parts/control/button.tsx'
import { Choice } from '../parts/control/choice.tsx'
import { Message } from '../parts/states/message.tsx'
import { DataTable } from '../parts/table/data-table.tsx'
import { firstPage } from '../parts/table/page-search.ts'
import { Pages } from '../parts/table/pages.tsx'
import { platformNames } from '../view/platforms.ts'
import { useView } from '../view/view.tsx'
import { callColumns } from './call-columns.tsx'
import { OpenCall } from './open-call.tsx'
import styles from './operations.module.css'
import type { OperationsSearch } from './search.ts'

const platforms = [
  ['', 'All platforms'],
  ['KICK', platformNames.KICK],
  ['TWITCH', platformNames.TWITCH],
  ['X', platformNames.X],
] as const

const which = [
  ['', 'Failed calls'],
  ['all', 'All calls'],
] as const

/** Calls to the platforms: the evidence for holes. */
export const Calls = () => {
  const search = useSearch({ from: '/operations' })
  const navigate = useNavigate({ from: '/operations' })
  const { range } = useView()
  const { platform, channel, calls, after, open } = search
  const variables = { platform, channel, failed: calls === 'all' ? undefined : true, range, after }
  const [{ data, error, fetching, stale }, renew] = useQuery({ query: PlatformCalls, variables })
  const change = (part: OperationsSearch): void =>
    void navigate({ search: (before) => ({ ...before, ...firstPage, open: undefined, ...part }) })
  const rows = data?.scrapeLog.nodes ?? null
  const opened = rows?.find(({ id }) => id === open)
  return (
    <>
      <search className={styles.filters} aria-label="Filters">
        <Choice
          label="Platform"
          value={platform ?? ''}
          choices={platforms}
          onChoose={(value) => change({ platform: value || undefined })}
        />
        <Choice
          label="Calls"
          value={calls ?? ''}
          choices={which}
          onChoose={(value) => change({ calls: value || undefined })}
        />
        {channel && <Button onClick={() => change({ channel: undefined })}>Show all channels</Button>}
        <Button kind="quiet" onClick={() => renew({ requestPolicy: 'network-only' })}>
          Reload
        </Button>
      </search>
      {opened && <OpenCall call={opened} onClose={() => change({ open: undefined, after })} />}
      <DataTable
        columns={callColumns}
        rows={rows}
        rowKey={({ id }) => id}
        caption="Calls to platforms, newest first"
        href={({ id }) => ({ to: '/operations', search: (before: object) => ({ ...before, open: id }) }) as never}
        selected={open}
        busy={fetching || stale}
        problem={problemOf(error)}
        onRetry={() => renew({ requestPolicy: 'network-only' })}
        dense
        empty={
          <Message
            title={calls === 'all' ? 'No calls in this range' : 'No failed calls in this range'}
            action={
              calls !== 'all' && <Button onClick={() => change({ calls: 'all' })}>Show successful calls too</Button>
            }
          >
            Only the latest 50,000 calls are kept.
          </Message>
        }
      />
      <Pages info={data?.scrapeLog.pageInfo} at={{ after }} />
    </>
  )
}
