import { useQuery } from 'urql'
import { ChannelMessages } from '../../generated/channel.ts'
import type { ChannelMessagesQuery } from '../../generated/graphql.ts'
import { problemOf } from '../data/problem.ts'
import { Message } from '../parts/states/message.tsx'
import { ProblemMessage } from '../parts/states/problem-message.tsx'
import { Skeleton } from '../parts/states/skeleton.tsx'
import { Renewing } from '../parts/states/working.tsx'
import { ShowMore } from '../parts/table/pages.tsx'
import { StaleNote } from '../parts/table/stale-note.tsx'
import { usePages } from '../parts/table/use-pages.ts'
import { Instant } from '../parts/time/instant.tsx'
import { isolated } from '../view/seen-text.ts'
import { useView } from '../view/view.tsx'
import styles from './chat.module.css'
import { splitAtMatches } from './matches.ts'

type Said = NonNullable<ChannelMessagesQuery['channel']>['chatMessages']['nodes'][number]

const keyOf = ({ messageId }: Said): string => messageId
const read = (result: ChannelMessagesQuery) => result.channel?.chatMessages ?? null

const FoundLine = ({
  said: { createdAt, username, platformUserId, content },
  search,
}: {
  said: Said
  search: string
}) => {
  let at = 0
  return (
    <li className={styles.line} data-found="true">
      <Instant at={createdAt} />
      <span className={styles.said} dir="auto">
        <b>{username ?? platformUserId}</b>{' '}
        {splitAtMatches(content, search).map(({ text, isMatch }) => {
          at += text.length
          return isMatch ? <mark key={at}>{text}</mark> : <span key={at}>{text}</span>
        })}
      </span>
    </li>
  )
}

/** What was said in the range and holds a text, newest first. */
export const ChatFound = ({ id, search }: { id: string; search: string }) => {
  const { range } = useView()
  const [{ data, error, fetching, stale }, ask] = useQuery({
    query: ChannelMessages,
    variables: { id, range, search },
  })
  const list = usePages({
    list: JSON.stringify([id, range, search]),
    first: data?.channel?.chatMessages ?? null,
    keyOf,
    operation: ChannelMessages,
    variables: (after) => ({ id, range, search, after }),
    read,
  })
  const problem = problemOf(error)
  const retry = (): void => ask({ requestPolicy: 'network-only' })
  if (!list.rows) return problem ? <ProblemMessage problem={problem} onRetry={retry} /> : <Skeleton lines={8} />
  if (list.rows.length === 0 && !fetching)
    return (
      <Message title={`Nobody wrote “${isolated(search)}”`}>
        No message in this range contains that text. Choose a longer range or a shorter search.
      </Message>
    )
  return (
    <Renewing busy={fetching || stale}>
      {problem && <StaleNote problem={problem} onRetry={retry} />}
      <ul className={styles.found} aria-label="Lines that were found, newest first">
        {list.rows.map((said) => (
          <FoundLine key={said.messageId} said={said} search={search} />
        ))}
      </ul>
      {list.problem && <StaleNote problem={list.problem} onRetry={() => void list.more()} />}
      <ShowMore hasMore={list.hasMore} busy={list.busy} onMore={() => void list.more()} />
    </Renewing>
  )
}
