import type { Clock } from '../../lib/clock.ts'
import type { LiveValue } from '../../lib/live-value.ts'

/** A subscription keeps the secret that it was made with. All of them are renewed well within this time. */
export const overlapMs = 24 * 3_600_000

/** The secrets that genuine deliveries may be signed with. */
export type WebhookSecrets = Disposable & {
  /** The secret of now, and then those that it replaced in this process a day ago at most. */
  accepted(): string[]
}

/** Follows the secret, and remembers the previous ones until no subscription should have them. */
export const createWebhookSecrets = (secret: LiveValue<string>, clock: Clock): WebhookSecrets => {
  let current = secret.now()
  let previous: { text: string; until: number }[] = []
  const follow = (): void => {
    const [before, now] = [current, clock()]
    current = secret.now()
    if (before !== current) previous.push({ text: before, until: now + overlapMs })
    previous = previous.filter(({ text, until }) => text !== current && now < until)
  }
  return {
    accepted() {
      follow()
      return [current, ...previous.map(({ text }) => text)]
    },
    // A secret that holds for so short a time that nothing was delivered has subscriptions as well.
    [Symbol.dispose]: secret.onChange(follow),
  }
}
