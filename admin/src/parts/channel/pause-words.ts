/** What stops when the watching of a channel is paused, and what goes on. */
export const pauseStops =
  'Pausing stops all probes. Event subscriptions end within about two minutes; whatever arrives until then is kept.'

/** The same with what becomes of a broadcast. */
export const pauseMeans = `${pauseStops} A broadcast that is still live is considered over an hour after its last probe. Everything recorded so far is kept.`
