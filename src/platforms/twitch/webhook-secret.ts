import { hkdfSync } from 'node:crypto'

/** The secret that signs deliveries: 43 ASCII characters from the app's own, so that nothing more has to be kept, and neither tells the other. */
export const webhookSecret = (clientSecret: string): string =>
  Buffer.from(hkdfSync('sha256', clientSecret, '', 'channelscope twitch eventsub', 32)).toString('base64url')
