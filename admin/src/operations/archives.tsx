import { useSearch } from '@tanstack/react-router'
import { useQuery } from 'urql'
import { ChatArchiveList } from '../../generated/archives.ts'
import { problemOf } from '../data/problem.ts'
import { Message } from '../parts/states/message.tsx'
import { DataTable } from '../parts/table/data-table.tsx'
import { Pages } from '../parts/table/pages.tsx'
import { archiveColumns } from './archive-columns.tsx'

/** Archived hours of chat, newest first: what lies there, and whether it is intact. */
export const Archives = () => {
  const { after } = useSearch({ from: '/operations' })
  const [{ data, error, fetching, stale }, renew] = useQuery({ query: ChatArchiveList, variables: { after } })
  return (
    <>
      <DataTable
        columns={archiveColumns}
        rows={data?.chatArchives.nodes ?? null}
        rowKey={({ id }) => id}
        caption="Archived hours of chat, newest first"
        busy={fetching || stale}
        problem={problemOf(error)}
        onRetry={() => renew({ requestPolicy: 'network-only' })}
        empty={
          <Message title="No chat is archived yet">
            The job chat-export archives each hour of chat about an hour after it ends. Administrators can run it under
            Now.
          </Message>
        }
      />
      <Pages info={data?.chatArchives.pageInfo} at={{ after }} />
    </>
  )
}
