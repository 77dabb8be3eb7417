import { Link } from '@tanstack/react-router'

/** Leads back to the list. */
export const AllRules = () => (
  <Link to="/alerts" search={{ tab: 'rules' }}>
    All rules
  </Link>
)
