import { Link } from '@tanstack/react-router'
import { Place } from '../parts/place/place.tsx'
import { Message } from '../parts/states/message.tsx'

/** For an address that no place has. */
export const NotFound = () => (
  <Place name="Not found" ready>
    <Message title="There is no such page" action={<Link to="/">Show who is live</Link>}>
      The address may be wrong, or the page has moved.
    </Message>
  </Place>
)
