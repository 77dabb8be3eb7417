import { readablePath } from '../view/readable-path.ts'
import { textOf } from '../view/search-params.ts'

/** Where somebody wanted to go before signing in. */
export type SignInSearch = { back?: string }

/** The address of this panel that a way back leads to; null for one of another server, for signing in, and for what is no address. */
const addressOf = (back: string): string | null => {
  const here = 'https://panel.invalid'
  if (!/^\/(?![/\\])/.test(back) || !URL.canParse(back, here)) return null
  const { origin, pathname, search, hash } = new URL(back, here)
  const isElsewhere = origin !== here || pathname.startsWith('//')
  return isElsewhere || /^\/sign-in(\/|$)/i.test(pathname) ? null : readablePath(pathname) + search + hash
}

/** Keeps an address of this panel; one of another server is as if it were missing. */
export const readSignInSearch = (search: Record<string, unknown>): SignInSearch => {
  const back = textOf(search.back)
  return { back: (back && addressOf(back)) || undefined }
}
