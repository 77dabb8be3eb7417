import { Link } from '@tanstack/react-router'
import { exactNumber } from '../view/format.ts'

type Counts = { expected: number; untold: number }

/** From one in ten on it is more than what gets lost on the way, and needs a look. */
const manyOf = 10

/** Beside what is wrong with the system itself: deliveries that did not come. Nothing where none is missing. */
export const LostNotice = ({ counts: { expected, untold } }: { counts: Counts }) =>
  untold > 0 && (
    <li data-state={untold * manyOf >= expected ? 'DEGRADED' : 'NOTE'}>
      <span>
        {exactNumber(untold)} of {exactNumber(expected)} webhook deliveries for stream starts and ends never arrived in
        the last 24 hours. Polling caught {untold === 1 ? 'the change' : 'the changes'}.
      </span>
      <Link to="/inbox" search={{ view: 'lost', from: 'now-24h', to: 'now' }}>
        Show which
      </Link>
    </li>
  )
