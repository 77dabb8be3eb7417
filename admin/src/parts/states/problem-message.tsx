import { Link } from '@tanstack/react-router'
import { useCaller } from '../../data/api.tsx'
import type { Problem } from '../../data/problem.ts'
import { Button } from '../control/button.tsx'
import { Message } from './message.tsx'

const titles: Record<string, string> = {
  OFFLINE: 'The server does not answer',
  FORBIDDEN: 'This needs another role',
  UNAUTHENTICATED: 'The key is not valid',
  UNAVAILABLE: 'A part of the server is away',
  RATE_LIMITED: 'Too many requests',
  NOT_FOUND: 'There is no such thing',
}

/** An operation that failed: what it says, and what to do. */
export const ProblemMessage = ({ problem, onRetry }: { problem: Problem; onRetry?: () => void }) => {
  const caller = useCaller()
  const needsKey = problem.code === 'FORBIDDEN' || problem.code === 'UNAUTHENTICATED'
  const action = needsKey ? (
    <Link to="/sign-in">{caller.name ? 'Sign in with another key' : 'Sign in'}</Link>
  ) : (
    onRetry && <Button onClick={onRetry}>Try again</Button>
  )
  return (
    <Message title={titles[problem.code] ?? 'This did not work'} action={action} wrong={!needsKey}>
      {problem.message}
    </Message>
  )
}
