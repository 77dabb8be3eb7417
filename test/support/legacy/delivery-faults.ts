import { chatBody, followBody, statusBody } from '../platforms/kick-bodies.ts'
import type { Fault, Make } from './fault.ts'
import type { Row } from './legacy-rows.ts'

const delivery = (
  { ago }: Make,
  event_type: string | null,
  message_id: string | null,
  body: unknown,
  more: Row = {},
): Row => ({
  event_type,
  message_id,
  subscription_id: 'a-subscription',
  payload: typeof body === 'string' || body === null ? body : JSON.stringify(body),
  signature: 'c2lnbmF0dXJl',
  received_at: ago({ days: 3 }),
  ...more,
})

const chat = ({ user, ago }: Make, message_id: string, more: Row = {}): Row => ({
  message_id,
  kick_user_id: user(),
  channel_slug: `chatty-${user()}`,
  created_at: ago({ days: 2 }),
  ...more,
})

/** What is wrong with chat and with what was delivered. */
export const deliveryFaults = {
  'only in chat': (make) => ({ 'public.kick_chat_messages': [chat(make, 'only-chat')] }),
  'only in deliveries': (make) => ({
    'webhooks.incoming': [
      delivery(
        make,
        'livestream.status.updated',
        'only-delivery',
        statusBody(Number(make.user()), make.ago({ days: 3 }), null),
      ),
    ],
  }),
  'chat older than its retention': (make) => ({
    'public.kick_chat_messages': [
      chat(make, 'old-exported', { created_at: make.ago({ days: 45 }), exported: true }),
      chat(make, 'old-not-exported', { created_at: make.ago({ days: 44 }) }),
      chat(make, 'older-not-exported', { created_at: make.ago({ days: 400 }) }),
    ],
  }),
  'chat that was not exported': (make) => ({
    'public.kick_chat_messages': [
      chat(make, 'fresh-exported', { exported: true }),
      chat(make, 'fresh-not-exported', { created_at: make.ago({ days: 1, micros: 7 }) }),
    ],
  }),
  'chat of the far past or future': (make) => ({
    'public.kick_chat_messages': ['1899-01-01T00:00:00Z', '2300-01-01T00:00:00Z', 'infinity', '-infinity'].map(
      (created_at, n) => chat(make, `odd-time-${n}`, { created_at }),
    ),
  }),
  'chat with emotes of another shape': (make) => ({
    'public.kick_chat_messages': [[], {}, 'text', null, [{ emote_id: 37226, positions: [] }]].map((emotes, n) =>
      chat(make, `odd-emotes-${n}`, { emotes, badges: emotes }),
    ),
  }),
  'chat by nobody': (make) => ({
    'public.kick_chat_messages': [chat(make, 'by-nobody', { sender_user_id: '', sender_username: null, content: '' })],
  }),
  'chat with an empty id': (make) => ({ 'public.kick_chat_messages': [chat(make, '')] }),
  'chat in no channel': (make) => ({
    'public.kick_chat_messages': [chat(make, 'in-no-channel', { kick_user_id: '', channel_slug: '' })],
  }),
  'chat with odd text': (make) => ({
    'public.kick_chat_messages': [
      chat(make, 'odd-text-long', { content: 'x'.repeat(20_000) }),
      chat(make, 'odd-text-signs', { content: '\t\n\r\\ \u0001 \u202e 👩‍👩‍👧 \' " \\N' }),
    ],
  }),
  'chat that a delivery tells too': (make) => ({
    'public.kick_chat_messages': [chat(make, 'told-twice')],
    'webhooks.incoming': [
      delivery(
        make,
        'chat.message.sent',
        'of-told-twice',
        chatBody(Number(make.user()), 'told-twice', { created_at: make.ago({ days: 2 }) }),
      ),
    ],
  }),
  'chat that only a delivery tells': (make) => ({
    'webhooks.incoming': [
      delivery(
        make,
        'chat.message.sent',
        'of-only-told',
        chatBody(Number(make.user()), 'only-told', { created_at: make.ago({ days: 2 }) }),
      ),
    ],
  }),
  follow: (make) => ({
    'webhooks.incoming': [delivery(make, 'channel.followed', 'a-follow', followBody(Number(make.user()), 501))],
  }),
  'follow under two message ids': (make) => ({
    'webhooks.incoming': [0, 1].map((n) =>
      delivery(make, 'channel.followed', `follow-twice-${n}`, followBody(Number(make.user()), 502)),
    ),
  }),
  'follow without a message id': (make) => ({
    'webhooks.incoming': [delivery(make, 'channel.followed', null, followBody(Number(make.user()), 503))],
  }),
  'follow that is not verified': (make) => ({
    'webhooks.incoming': [
      delivery(make, 'channel.followed', 'forged-follow', followBody(Number(make.user()), 504), {
        verified: false,
        processed: false,
        error: 'bad signature',
      }),
    ],
  }),
  'follow that was not processed': (make) => ({
    'webhooks.incoming': [
      delivery(make, 'channel.followed', 'open-follow', followBody(Number(make.user()), 505), {
        processed: false,
        error: 'deadlock detected',
      }),
    ],
  }),
  'payload that is no JSON': (make) => ({
    'webhooks.incoming': ['{"broadcaster": {', '', '<xml/>', 'null'].map((payload, n) =>
      delivery(make, 'channel.followed', `no-json-${n}`, payload),
    ),
  }),
  'payload that is missing': (make) => ({
    'webhooks.incoming': [delivery(make, 'channel.followed', 'no-payload', null)],
  }),
  'payload of another shape': (make) => ({
    'webhooks.incoming': [
      [],
      { broadcaster: null, follower: { user_id: 1 } },
      { broadcaster: { user_id: make.user() }, follower: { user_id: '9' } },
      { broadcaster: { user_id: 1.5 }, follower: {} },
      { data: { broadcaster_id: 5 } },
    ].map((body, n) => delivery(make, 'channel.followed', `other-shape-${n}`, body)),
  }),
  'payload of another type than it says': (make) => ({
    'webhooks.incoming': [
      delivery(make, 'channel.followed', 'other-type', chatBody(Number(make.user()), 'other-type')),
    ],
  }),
  'event of no known type': (make) => ({
    'webhooks.incoming': [
      delivery(make, null, 'no-type', { broadcaster: { user_id: Number(make.user()) } }),
      delivery(make, 'channel.reward.redeemed', 'new-type', { broadcaster: { user_id: Number(make.user()) } }),
    ],
  }),
  'delivery of the future': (make) => ({
    'webhooks.incoming': [
      delivery(make, 'channel.followed', 'future-follow', followBody(Number(make.user()), 506), {
        received_at: make.ago({ days: -3000 }),
      }),
      delivery(make, 'channel.followed', 'endless-follow', followBody(Number(make.user()), 507), {
        received_at: 'infinity',
      }),
    ],
  }),
  'delivery older than its retention': (make) => ({
    'webhooks.incoming': [
      delivery(make, 'channel.followed', 'old-follow', followBody(Number(make.user()), 508), {
        received_at: make.ago({ days: 200 }),
      }),
    ],
  }),
  'delivery with quotes around its user': (make) => ({
    'webhooks.incoming': [
      delivery(make, 'channel.followed', 'quoted-user', {
        ...followBody(1, 509),
        broadcaster: { user_id: make.user(), channel_slug: 'quoted' },
      }),
    ],
  }),
  'rows of another service': (make) => ({
    'webhooks.incoming': ['applicantReviewed', 'applicantPending'].map((type, n) =>
      delivery(
        make,
        type,
        `sumsub-${n}`,
        { applicantId: 'a1', reviewResult: { reviewAnswer: 'GREEN' } },
        { source: 'sumsub', subscription_id: null },
      ),
    ),
    'vf.sumsub_webhooks': [{ id: 'sumsub-0', payload: '{}', received_at: make.secondsAgo({ days: 3 }) }],
  }),
} satisfies Record<string, Fault>
