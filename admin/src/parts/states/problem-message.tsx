import { Link } from '@tanstack/react-router'
import type { ReactNode } from 'react'
import { useCaller } from '../../data/api.tsx'
import type { Problem } from '../../data/problem.ts'
import { Button } from '../control/button.tsx'
import { Message } from './message.tsx'
import { remedyOf, titleOf, wordsOf } from './remedies.ts'

type Props = { problem: Problem; onRetry?: () => void }

/** The one thing to do next that can help. */
const Remedy = ({ problem: { code }, onRetry }: Props): ReactNode => {
  const caller = useCaller()
  const remedy = remedyOf(code)
  if (remedy === 'sign in') return <Link to="/sign-in">{caller.name ? 'Sign in with another key' : 'Sign in'}</Link>
  if (remedy === 'shorter range')
    return (
      <Link to="." search={((before: object) => ({ ...before, from: 'now-24h', to: 'now' })) as never}>
        Show the last 24 hours
      </Link>
    )
  if (remedy === 'no filters')
    return (
      <Link to="." search={{} as never}>
        Show this page without filters
      </Link>
    )
  if (remedy === 'reload') return <Button onClick={() => location.reload()}>Load the page again</Button>
  return onRetry && <Button onClick={onRetry}>Try again</Button>
}

/** An operation that failed: what it says, and what to do. */
export const ProblemMessage = ({ problem, onRetry }: Props) => (
  <Message
    title={titleOf(problem.code)}
    action={<Remedy problem={problem} onRetry={onRetry} />}
    wrong={remedyOf(problem.code) !== 'sign in'}
  >
    {wordsOf(problem)}
  </Message>
)
