import { useNavigate, useRouter } from '@tanstack/react-router'
import { useEffect } from 'react'
import { session } from '../data/session.ts'
import { useStore } from '../data/store.ts'

/** Leads to signing in when the server refused the caller, with the way back to the address that was open. */
export const useWayToSignIn = (): void => {
  const current = useStore(session)
  const router = useRouter()
  const navigate = useNavigate()
  useEffect(() => {
    const { pathname, href } = router.state.location
    if (current.refusal === null || pathname === '/sign-in') return
    void navigate({ to: '/sign-in', search: { back: href }, replace: true })
  }, [current, router, navigate])
}
