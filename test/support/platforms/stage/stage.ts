import { variableGroup } from '../../../../src/lib/environment.ts'
import { apiUrl, decimal, text } from '../../../../src/lib/environment-values.ts'
import type { LiveValue } from '../../../../src/lib/live-value.ts'
import type { PlatformDefinition } from '../../../../src/platforms/platform-definition.ts'
import { createStagePlatform, type StageAccess } from './stage-platform.ts'
import { createStageWebhooks, signatureHeader } from './stage-webhooks.ts'

/** Stage, a platform that does not exist: everything that the program is told of it. */
export const stage: PlatformDefinition = {
  name: 'stage',
  title: 'Stage',
  events: { chat: ['line.said'], follows: [] },
  untoldTotals: { followers: 'Stage has no followers.', subscribers: 'Stage has no subscribers.' },
  secretHeaders: [signatureHeader],
  streamAddresses: {
    hosts: ['stage.test'],
    example: 'https://stage.test/name',
    readSlug: (part) => (/^[a-z]{1,20}$/.test(part) ? part : undefined),
    notSlugs: new Set(['about']),
  },
  userIdArgument: { name: 'stage_user_id', pattern: /^\d+$/, allowed: 'digits' },
  variables: variableGroup(
    {
      STAGE_TOKEN: {
        schema: text,
        unset: 'no Stage',
        secret: true,
        entry: { key: 'stage.token', category: 'auth' },
        description: 'The token of your app on Stage.',
      },
      STAGE_API_URL: { schema: apiUrl, default: 'https://api.stage.test', description: "The URL of Stage's API." },
      STAGE_REQUESTS_PER_SECOND: {
        schema: decimal(0.001, 100),
        default: '1',
        description: 'The most requests per second that each process sends to Stage.',
      },
    },
    ({ STAGE_TOKEN, STAGE_API_URL, STAGE_REQUESTS_PER_SECOND }) => ({
      access: STAGE_TOKEN ? { apiUrl: STAGE_API_URL, token: STAGE_TOKEN } : undefined,
      requestsPerSecond: STAGE_REQUESTS_PER_SECOND,
    }),
  ),
  createPlatform: ({ now }: LiveValue<StageAccess>, parts) =>
    createStagePlatform({ apiUrl: now().apiUrl, token: () => now().token, ...parts }),
  createWebhooks: ({ now }: LiveValue<StageAccess>) => createStageWebhooks(() => now().token),
}
