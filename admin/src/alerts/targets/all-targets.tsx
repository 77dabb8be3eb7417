import { Link } from '@tanstack/react-router'

/** Leads back to the list. */
export const AllTargets = () => (
  <Link to="/alerts" search={{ tab: 'targets' }}>
    All targets
  </Link>
)
