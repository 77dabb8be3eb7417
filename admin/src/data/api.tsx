import { createContext, type ReactNode, use, useEffect, useMemo, useState } from 'react'
import { Provider, useQuery } from 'urql'
import { Me } from '../../generated/me.ts'
import { createApiClient } from './client.ts'
import { createSocket, type Socket } from './connection.ts'
import { type Problem, problemOf } from './problem.ts'
import { authorization, session, signOut } from './session.ts'
import { useStore } from './store.ts'

const SocketContext = createContext<Socket | null>(null)

/** Asks the API as whoever is signed in. Signing in or out begins with a new client and a new socket; the old socket is closed. */
export const ApiProvider = ({ children }: { children: ReactNode }) => {
  const { key } = useStore(session)
  const client = useMemo(() => createApiClient(key), [key])
  const [socket, setSocket] = useState<Socket | null>(null)
  useEffect(() => {
    const opened = createSocket({
      url: `${location.origin.replace(/^http/, 'ws')}/graphql`,
      connectionParams: authorization(key),
      onRefused: (sentence) => signOut(sentence),
    })
    setSocket(opened)
    return () => opened.close()
  }, [key])
  return (
    <Provider value={client} key={key ?? ''}>
      <SocketContext value={socket}>{children}</SocketContext>
    </Provider>
  )
}

/** The socket of the page; null until it is made. */
export const useSocket = (): Socket | null => use(SocketContext)

export type Role = 'PUBLIC' | 'OPERATOR' | 'ADMIN'

const rank: Record<Role, number> = { PUBLIC: 0, OPERATOR: 1, ADMIN: 2 }

export type Caller = {
  /** Null until the server has said it, and where it lets nobody in without a key. */
  role: Role | null
  name: string | null
  /** What the audit log calls them, such as `key:` with the id of a key. */
  subject: string | null
  /** Why the server did not say who it is; null while it is asked, and once it has said it. */
  problem: Problem | null
  /** Asks again. */
  retry(): void
  /** Whether the caller may do what needs this role. */
  may(role: Role): boolean
}

const nobody: Caller = {
  role: null,
  name: null,
  subject: null,
  problem: null,
  retry: () => undefined,
  may: () => false,
}

const CallerContext = createContext<Caller>(nobody)

/** Asks once who the caller is. */
export const CallerProvider = ({ children }: { children: ReactNode }) => {
  const [{ data, error }, ask] = useQuery({ query: Me })
  const caller = useMemo<Caller>(() => {
    const retry = (): void => ask({ requestPolicy: 'network-only' })
    if (!data) return { ...nobody, problem: problemOf(error), retry }
    const { role, name, subject } = data.me
    return { role, name, subject, problem: null, retry, may: (needed) => rank[role] >= rank[needed] }
  }, [data, error, ask])
  return <CallerContext value={caller}>{children}</CallerContext>
}

export const useCaller = (): Caller => use(CallerContext)
