import { useNavigate, useSearch } from '@tanstack/react-router'
import { useCallback, useMemo } from 'react'
import { useQuery } from 'urql'
import { ChannelList } from '../../generated/channels.ts'
import { useCaller } from '../data/api.tsx'
import { problemOf } from '../data/problem.ts'
import { channelParams } from '../parts/channel/channel-params.ts'
import { Button } from '../parts/control/button.tsx'
import { Choice } from '../parts/control/choice.tsx'
import { Place } from '../parts/place/place.tsx'
import { DataTable } from '../parts/table/data-table.tsx'
import { firstPage } from '../parts/table/page-search.ts'
import { Pages } from '../parts/table/pages.tsx'
import type { ChannelRow } from './channel-rows.ts'
import { columnsOf, tellsFollowers } from './columns.tsx'
import { Filters } from './filters.tsx'
import { FirstChannel, NothingFound } from './no-channels.tsx'
import { type ChannelsSearch, isFiltered, listVariables, noFilters, type Order, orders, ordersOf } from './search.ts'
import { TrackDialog } from './track-dialog.tsx'
import { useChannelRows } from './use-channel-rows.ts'

const linkOf = (row: ChannelRow) => ({ to: '/channels/$platform/$slug', params: channelParams(row) }) as const
const keyOf = ({ id }: ChannelRow): string => id

/** All channels: found by any handle that they ever had, filtered, ordered, and changing in place. */
const Channels = () => {
  const search = useSearch({ from: '/channels' })
  const navigate = useNavigate()
  const caller = useCaller()
  const isOperator = caller.may('OPERATOR')
  const [{ data, fetching, stale, error }, renew] = useQuery({
    query: ChannelList,
    variables: listVariables(search, isOperator),
    pause: caller.role === null,
  })
  const { rows, gap, pageInfo } = useChannelRows(data)
  const searched = search.q ?? ''
  const hasFollowers = tellsFollowers(rows ?? [])
  const columns = useMemo(() => columnsOf({ isOperator, searched, hasFollowers }), [isOperator, searched, hasFollowers])
  const change = useCallback(
    (part: Partial<ChannelsSearch>, more: { replace?: boolean } = {}): void =>
      void navigate({ to: '.', search: ((before: object) => ({ ...before, ...part })) as never, ...more }),
    [navigate],
  )
  const reload = (): void => (caller.problem ? caller.retry() : renew({ requestPolicy: 'network-only' }))
  const problem = caller.problem ?? problemOf(error) ?? (gap === null ? null : { code: 'GAP', message: gap })
  const track = (handle = ''): void => change({ track: `@${handle}` })
  const isEmpty = rows?.length === 0 && !fetching
  const isFirstStart = isEmpty && !isFiltered(search) && !search.after && !search.before
  return (
    <Place
      name="Channels"
      ready={rows !== null || problem !== null}
      controls={
        !isFirstStart && (
          <>
            <Choice<Order>
              label="Order"
              hiddenLabel
              value={search.order ?? orders[0][0]}
              choices={ordersOf(search.platform)}
              onChoose={(order) => change({ order: order === orders[0][0] ? undefined : order, ...firstPage })}
            />
            {isOperator && <Button onClick={() => track()}>Track a channel</Button>}
          </>
        )
      }
    >
      {!isFirstStart && (
        <Filters
          search={search}
          isOperator={isOperator}
          onChange={(part) => change({ ...part, ...firstPage }, { replace: true })}
        />
      )}
      <DataTable
        caption="Channels"
        columns={columns}
        rows={rows}
        rowKey={keyOf}
        href={linkOf}
        busy={rows !== null && (fetching || stale)}
        problem={problem}
        onRetry={reload}
        empty={
          isFirstStart ? (
            <FirstChannel />
          ) : (
            <NothingFound
              searched={searched}
              isOperator={isOperator}
              onClear={() => change({ ...noFilters, ...firstPage })}
              onTrack={() => track(searched)}
            />
          )
        }
      />
      <Pages info={pageInfo} at={search} />
      {isOperator && (
        <TrackDialog about={search.track} onClose={() => change({ track: undefined }, { replace: true })} />
      )}
    </Place>
  )
}

export default Channels
