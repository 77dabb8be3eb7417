/** Why a query ended: somebody did not want to wait for it. */
export const givenUp = 'GivenUp'

let running = new AbortController()

/** Ends the queries that are under way. Each place shows what was there before, and that it was given up. */
export const giveUp = (): void => {
  running.abort(Object.assign(new Error('It was given up.'), { name: givenUp }))
  running = new AbortController()
}

/** As `fetch`, until it is given up. */
export const fetchUntilGivenUp: typeof fetch = (input, init) => {
  const signals = [running.signal, ...(init?.signal ? [init.signal] : [])]
  return fetch(input, { ...init, signal: AbortSignal.any(signals) })
}
