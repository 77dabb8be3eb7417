import type { Fault, Make } from './fault.ts'

const claim = ({ user, streamer, ago }: Make, channel_name: string | null, n = 0, more = {}) => ({
  streamer_id: streamer(n),
  kick_user_id: user(n),
  channel_name,
  created_at: ago({ days: 60 }),
  kick_synced_at: ago({ days: 2 }),
  ...more,
})

const session = ({ user, ago }: Make, channel_name: string | null, day: number, n = 0) => ({
  kick_user_id: user(n),
  channel_name,
  stream_started_at: ago({ days: day }),
  stream_ended_at: ago({ days: day, hours: -3 }),
})

/** What is wrong with names: of two, of nobody, of the past, and such as no platform gives. */
export const nameFaults = {
  'no name at all': (make) => ({ 'public.streamer_channels': [claim(make, null)] }),
  'empty name': (make) => ({ 'public.streamer_channels': [claim(make, '')] }),
  'name in capitals': (make) => ({ 'public.streamer_channels': [claim(make, 'LOUD_Name')] }),
  'two users with one name': (make) => ({
    'public.streamer_channels': [
      claim(make, 'shared_name', 0, { kick_synced_at: make.ago({ days: 8 }) }),
      claim(make, 'shared_name', 1, { kick_synced_at: make.ago({ days: 1 }) }),
    ],
  }),
  'two users with names that differ by case': (make) => ({
    'public.streamer_channels': [
      claim(make, 'Case_Apart', 0),
      claim(make, 'case_apart', 1, { kick_synced_at: make.ago({ days: 1 }) }),
    ],
  }),
  'swapped names': (make) => ({
    'public.streamer_channels': [claim(make, 'swap_left', 0), claim(make, 'swap_right', 1)],
    'public.kick_stream_sessions': [
      session(make, 'swap_right', 40, 0),
      session(make, 'swap_left', 40, 1),
      session(make, 'swap_left', 10, 0),
      session(make, 'swap_right', 10, 1),
    ],
  }),
  'names that sessions remember': (make) => ({
    'public.streamer_channels': [claim(make, 'third_name')],
    'public.kick_stream_sessions': [
      session(make, 'first_name', 50),
      session(make, 'Second_Name', 30),
      session(make, 'third_name', 5),
    ],
  }),
  'name that went and came back': (make) => ({
    'public.streamer_channels': [claim(make, 'back_again')],
    'public.kick_stream_sessions': [
      session(make, 'back_again', 50),
      session(make, 'meanwhile', 30),
      session(make, 'back_again', 5),
    ],
  }),
  'name that chat remembers': (make) => ({
    'public.streamer_channels': [claim(make, 'chat_after')],
    'public.kick_chat_messages': [3, 2, 1].map((day) => ({
      message_id: `remembered-${day}`,
      kick_user_id: make.user(),
      channel_slug: day === 1 ? 'chat_after' : 'chat_before',
      created_at: make.ago({ days: day }),
    })),
  }),
  'chat and session that disagree about a name': (make) => ({
    'public.streamer_channels': [claim(make, 'agreed_later')],
    'public.kick_stream_sessions': [session(make, 'says_the_session', 3)],
    'public.kick_chat_messages': [
      {
        message_id: 'disagrees',
        kick_user_id: make.user(),
        channel_slug: 'says_the_chat',
        created_at: make.ago({ days: 3, minutes: -60 }),
      },
    ],
  }),
  'name of two users one after the other': (make) => ({
    'public.streamer_channels': [claim(make, 'gave_it_away', 0), claim(make, 'handed_on', 1)],
    'public.kick_stream_sessions': [session(make, 'handed_on', 40, 0), session(make, 'handed_on', 4, 1)],
  }),
  'sessions under the name of another': (make) => ({
    'public.streamer_channels': [claim(make, 'taken_by_sessions', 0)],
    'public.kick_stream_sessions': [session(make, 'taken_by_sessions', 6, 1)],
  }),
  'name that looks synthetic': (make) => ({
    'public.streamer_channels': [claim(make, `unknown-${make.user(1)}`, 0), claim(make, null, 1)],
  }),
  'name with spaces': (make) => ({ 'public.streamer_channels': [claim(make, '  Two Words  ')] }),
  'name with emoji': (make) => ({
    'public.streamer_channels': [claim(make, '🎮gamer🎮', 0, { kick_display_name: '👩‍👩‍👧 ﷽' })],
  }),
  'name of 300 characters': (make) => ({ 'public.streamer_channels': [claim(make, 'l'.repeat(300))] }),
  'name with an at sign': (make) => ({ 'public.streamer_channels': [claim(make, '@at_sign')] }),
  'name that is an address': (make) => ({ 'public.streamer_channels': [claim(make, 'https://kick.com/An_Address')] }),
  'name whose lower case is longer': (make) => ({
    'public.streamer_channels': [claim(make, 'İSTANBUL', 0), claim(make, 'straße', 1)],
  }),
} satisfies Record<string, Fault>
