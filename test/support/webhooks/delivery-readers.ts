import * as kick from '../../../src/platforms/kick/read-delivery.ts'
import * as twitch from '../../../src/platforms/twitch/read-delivery.ts'
import type { DeliveryReader } from '../../../src/platforms/webhook-source.ts'

/** Reads deliveries of Kick, without its key. */
export const kickReader: DeliveryReader = { read: kick.readDelivery, channelOf: kick.readDeliveryChannel }

/** Reads deliveries of Twitch, without its secret. */
export const twitchReader: DeliveryReader = { read: twitch.readDelivery, channelOf: twitch.readDeliveryChannel }
