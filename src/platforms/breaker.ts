/** Whether a host is worth calling. Open: nobody calls until `until`. Half open: one trial call decides. */
export type Breaker =
  | { state: 'closed'; failures: number }
  | { state: 'open'; until: number; openings: number }
  | { state: 'half-open'; openings: number }

/** A host of which nothing bad is known. */
export const closedBreaker: Breaker = { state: 'closed', failures: 0 }

/** How a caller was let in; a trial's outcome closes or reopens the circuit. */
export type Admission = { kind: 'call' } | { kind: 'trial' } | { kind: 'refused'; retryAfterMs: number }

/** What a call told about its host: it answers, it fails, it shuts us out, or nothing at all. */
export type Outcome = 'answered' | 'failed' | 'blocked' | 'silent'

/** When the circuit opens and for how long. */
export type BreakerOptions = {
  /** Consecutive failures that open the circuit. */
  failureThreshold: number
  /** Milliseconds to stay open, by how many openings there were in a row (from 0). */
  openForMs(openings: number): number
  /** What to tell callers to wait while a trial is under way, in milliseconds. */
  trialMs: number
}

/** Lets a caller in or not, and the state after it. */
export const admit = (breaker: Breaker, now: number, { trialMs }: BreakerOptions): [Breaker, Admission] => {
  if (breaker.state === 'closed') return [breaker, { kind: 'call' }]
  if (breaker.state === 'half-open') return [breaker, { kind: 'refused', retryAfterMs: trialMs }]
  const retryAfterMs = Math.ceil(breaker.until - now)
  if (retryAfterMs > 0) return [breaker, { kind: 'refused', retryAfterMs }]
  return [{ state: 'half-open', openings: breaker.openings }, { kind: 'trial' }]
}

/** The state after a call; outside the closed state only the trial counts, because other calls began before it. */
export const settle = (
  breaker: Breaker,
  admission: 'call' | 'trial',
  outcome: Outcome,
  now: number,
  { failureThreshold, openForMs }: BreakerOptions,
): Breaker => {
  const openFor = (openings: number): Breaker => ({ state: 'open', until: now + openForMs(openings), openings })
  if (breaker.state === 'closed') {
    if (outcome === 'silent') return breaker
    if (outcome === 'answered') return closedBreaker
    const failures = breaker.failures + 1
    return outcome === 'blocked' || failures >= failureThreshold ? openFor(0) : { state: 'closed', failures }
  }
  if (breaker.state === 'open' || admission === 'call') return breaker
  if (outcome === 'answered') return closedBreaker
  if (outcome === 'silent') return { state: 'open', until: now, openings: breaker.openings }
  return openFor(breaker.openings + 1)
}
