import { type KickEvent, mismatch, readPerson } from './kick-event.ts'

/** Somebody follows the channel; the body has no time, so it is dated by its delivery. */
export const channelFollowed: KickEvent = {
  type: 'channel.followed',
  read: ({ follower }, broadcaster, sentAt) => {
    const person = readPerson(follower)
    if (person === undefined) return mismatch('follower is not there or has no user_id')
    return { kind: 'follow', broadcaster, followerUserId: person.platformUserId, occurredAt: sentAt }
  },
}
