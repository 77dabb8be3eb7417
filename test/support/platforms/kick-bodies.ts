/** Bodies of Kick's events as it sends them, with what a test says differently. */
type Fields = Record<string, unknown>

/** Somebody: the user with this id. */
export const person = (id: number, more: Fields = {}): Fields => ({
  is_anonymous: false,
  user_id: id,
  username: `User ${id}`,
  is_verified: null,
  profile_picture: '',
  channel_slug: `user-${id}`,
  identity: null,
  ...more,
})

export const chatBody = (broadcaster: number, messageId: string, more: Fields = {}): Fields => ({
  message_id: messageId,
  broadcaster: person(broadcaster),
  sender: person(77, { identity: { username_color: '#fff', badges: [{ text: 'Mod', type: 'moderator' }] } }),
  content: 'hello [emote:37226:KEKW]',
  emotes: [{ emote_id: '37226', positions: [{ s: 6, e: 23 }] }],
  created_at: '2026-01-01T12:00:00Z',
  ...more,
})

export const followBody = (broadcaster: number, follower: number): Fields => ({
  broadcaster: person(broadcaster),
  follower: person(follower),
})

export const statusBody = (
  broadcaster: number,
  startedAt: string,
  endedAt: string | null,
  title = 'A title',
): Fields => ({
  broadcaster: person(broadcaster),
  is_live: endedAt === null,
  title,
  started_at: startedAt,
  ended_at: endedAt,
})

export const metadataBody = (broadcaster: number, title: string, category = 'Chess'): Fields => ({
  broadcaster: person(broadcaster),
  metadata: {
    title,
    language: 'en',
    has_mature_content: false,
    category: { id: 5, name: category, thumbnail: '' },
    Category: { id: 5, name: category, thumbnail: '' },
  },
})

const gone = {
  user_id: null,
  username: null,
  is_verified: null,
  profile_picture: null,
  channel_slug: null,
  identity: null,
}

/** One body of every type that Kick documents. */
export const everyBody: Record<string, Fields> = {
  'chat.message.sent': chatBody(1, 'b1c7'),
  'channel.followed': followBody(1, 2),
  'livestream.status.updated': statusBody(1, '2026-01-01T12:00:00Z', null),
  'livestream.metadata.updated': metadataBody(1, 'Now this'),
  'channel.subscription.new': {
    broadcaster: person(1),
    subscriber: person(2),
    duration: 1,
    created_at: '2026-01-01T12:00:00Z',
    expires_at: '2026-02-01T12:00:00Z',
  },
  'channel.subscription.renewal': {
    broadcaster: person(1),
    subscriber: person(2),
    duration: 3,
    created_at: '2026-01-01T12:00:00.123456789Z',
    expires_at: '2026-02-01T12:00:00Z',
  },
  'channel.subscription.gifts': {
    broadcaster: person(1),
    gifter: { is_anonymous: true, ...gone },
    giftees: [person(2), person(3)],
    created_at: '2026-01-01T12:00:00Z',
    expires_at: '2026-02-01T12:00:00Z',
  },
  'moderation.banned': {
    broadcaster: person(1),
    moderator: person(2),
    banned_user: person(3),
    metadata: { reason: 'spam', created_at: '2026-01-01T12:00:00Z', expires_at: null },
  },
  'kicks.gifted': {
    broadcaster: person(1),
    sender: person(2),
    gift: { amount: 100, name: 'Full Send', type: 'BASIC', tier: 'BASIC', message: 'w', pinned_time_seconds: 600 },
    created_at: '2026-01-01T12:00:00Z',
  },
  'channel.reward.redemption.updated': {
    id: '01KBHE78QE4HZY1617DK5FC7YD',
    user_input: 'please',
    status: 'pending',
    redeemed_at: '2026-01-01T12:00:00Z',
    reward: { id: '01KBHE7RZNHB0SKDV1H86CD4F3', title: 'Song', cost: 100, description: '' },
    redeemer: person(2),
    broadcaster: person(1),
  },
}
