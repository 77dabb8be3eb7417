import { Link } from '@tanstack/react-router'
import { Place } from '../parts/place/place.tsx'
import { Message } from '../parts/states/message.tsx'

/** For an address that no place has. */
export const NotFound = () => {
  const isOfChannels = /^\/(channels|sessions)\//.test(location.pathname)
  return (
    <Place name="Not found" ready>
      <Message
        title="Page not found"
        action={isOfChannels ? <Link to="/channels">Show all channels</Link> : <Link to="/">Show who is live</Link>}
      >
        The address may be incomplete or mistyped.
      </Message>
    </Place>
  )
}
