import { Link } from '@tanstack/react-router'
import { useQuery } from 'urql'
import { AnyChannel } from '../../generated/live-page.ts'
import { FirstStart } from '../parts/first-start/first-start.tsx'
import { Message } from '../parts/states/message.tsx'

/** Nobody is live: because nobody is watched yet, or because nobody broadcasts. */
export const Empty = () => {
  const [{ data }] = useQuery({ query: AnyChannel })
  if (data?.channels.nodes.length === 0) return <FirstStart />
  return (
    <Message title="Nobody is live" action={<Link to="/channels">Show all channels</Link>}>
      Watched channels appear here as soon as they go live.
    </Message>
  )
}
