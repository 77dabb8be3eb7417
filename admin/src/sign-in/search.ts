import { textOf } from '../view/search-params.ts'

/** Where somebody wanted to go before signing in. */
export type SignInSearch = { back?: string }

/** Keeps an address of this panel; one of another server is as if it were missing. */
export const readSignInSearch = (search: Record<string, unknown>): SignInSearch => {
  const back = textOf(search.back)
  return { back: back && /^\/(?![/\\])/.test(back) && !back.startsWith('/sign-in') ? back : undefined }
}
