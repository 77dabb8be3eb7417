import { Link } from '@tanstack/react-router'
import type { ReactNode } from 'react'
import { type Role, useCaller } from '../../data/api.tsx'
import { session } from '../../data/session.ts'
import { useStore } from '../../data/store.ts'
import { Message } from '../states/message.tsx'
import { ProblemMessage } from '../states/problem-message.tsx'
import { Skeleton } from '../states/skeleton.tsx'
import { Place } from './place.tsx'

const roleNames: Record<Role, string> = {
  PUBLIC: 'everybody',
  OPERATOR: 'operators and administrators',
  ADMIN: 'administrators',
}

/** A place for those who have a role. Others are told who may see it, and how to sign in. */
export const NeedsRole = ({ needs, name, children }: { needs: Role; name: string; children: ReactNode }) => {
  const caller = useCaller()
  const { key } = useStore(session)
  if (caller.may(needs)) return children
  const isRefused = caller.role !== null || key === null || caller.problem?.code === 'FORBIDDEN'
  return (
    <Place name={name} ready={isRefused || caller.problem !== null}>
      {isRefused ? (
        <Message
          title={`For ${roleNames[needs]} only`}
          action={<Link to="/sign-in">{key ? 'Sign in with another key' : 'Sign in'}</Link>}
        >
          {key ? `You are signed in with ${caller.name ?? 'a key'}, which has another role.` : 'You are not signed in.'}
        </Message>
      ) : caller.problem ? (
        <ProblemMessage problem={caller.problem} onRetry={caller.retry} />
      ) : (
        <Skeleton />
      )}
    </Place>
  )
}
