import { createHmac, hkdfSync } from 'node:crypto'

/** The secret that signs deliveries where none is set: 43 ASCII characters from the app's own, and neither tells the other. */
export const webhookSecret = (clientSecret: string): string =>
  Buffer.from(hkdfSync('sha256', clientSecret, '', 'channelscope twitch eventsub', 32)).toString('base64url')

/**
 * The callback of subscriptions that are made with this secret. Twitch lists the callback and never the secret, so the callback
 * tells which secret it is. Whoever sees a signature learns no less of the secret.
 */
export const signedCallback = (callbackUrl: string, secret: string): string =>
  `${callbackUrl}?s=${createHmac('sha256', secret).update('channelscope callback').digest('hex').slice(0, 8)}`
