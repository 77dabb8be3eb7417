/** What stops when the watching of a channel is paused, and what goes on. */
export const pauseStops =
  'No probe is made any more. The event subscriptions end within about two minutes, and what is delivered until then is kept.'

/** The same with what becomes of a broadcast. */
export const pauseMeans = `${pauseStops} A broadcast that is on then counts as ended an hour after its last probe. What is known of the channel stays.`
