/** Milliseconds since the Unix epoch, UTC. The only source of wall time in the code; tests pass their own. */
export type Clock = () => number

/** The machine's clock. */
export const systemClock: Clock = () => Date.now()
