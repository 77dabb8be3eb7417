import { Link } from '@tanstack/react-router'
import { Place } from '../parts/place/place.tsx'
import { Message } from '../parts/states/message.tsx'

/** For an address that no place has. */
export const NotFound = () => {
  const isOfChannels = /^\/(channels|sessions)\//.test(location.pathname)
  return (
    <Place name="Not found" ready>
      <Message
        title="There is no such page"
        action={isOfChannels ? <Link to="/channels">Show all channels</Link> : <Link to="/">Show who is live</Link>}
      >
        The address is not whole, or it is of something else.
      </Message>
    </Place>
  )
}
