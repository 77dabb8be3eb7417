import { describe, expect, test } from 'vitest'
import { describeTarget, openTarget, targetProblems } from '../../src/targets/open-target.ts'
import { createSigningKey } from '../../src/targets/signing-keys.ts'
import { type TargetKind, targetKinds } from '../../src/targets/target.ts'
import { alertMessage, first } from '../support/targets/alert-message.ts'

const token = 'a-Token_that-gives-the-right-to-post-0123456789'
const key = createSigningKey('v1a')

const good: Readonly<Record<TargetKind, { settings: object; secrets: object }>> = {
  http: {
    settings: {},
    secrets: { url: `https://n8n.example.com/webhook/${token}`, signingKeys: [key], authorization: 'Bearer of-n8n' },
  },
  discord: {
    settings: { threadId: '2234567890123456789' },
    secrets: { url: `https://discord.com/api/webhooks/1234567890123456789/${token}` },
  },
  slack: { settings: {}, secrets: { url: 'https://hooks.slack.com/services/T0123/B0123/aTokenThatGivesTheRight' } },
  email: {
    settings: {
      host: 'smtp.example.com',
      port: 587,
      security: 'starttls',
      from: 'a@example.com',
      to: ['b@example.com'],
    },
    secrets: { login: { user: 'alerts', password: 'the-password-of-the-mail-server' } },
  },
}

test.each(targetKinds)('%s is accepted, and its description tells no secret', (kind) => {
  const { settings, secrets } = good[kind]
  expect(targetProblems(kind, settings, secrets, [])).toEqual([])
  const shown = JSON.stringify(describeTarget(kind, settings, secrets))
  expect(shown).not.toMatch(/Token|Bearer|whsec_|whsk_|password|1234567890/)
})

test('a description says where a target goes, and what receivers verify with', () => {
  const described = targetKinds.map((kind) => describeTarget(kind, good[kind].settings, good[kind].secrets))
  expect(described.map(({ destination }) => destination)).toEqual([
    'n8n.example.com',
    'discord.com',
    'hooks.slack.com',
    'b@example.com by smtp.example.com',
  ])
  expect(described[0]!.signingKeys).toEqual([
    { scheme: 'v1a', publicKey: expect.stringMatching(/^whpk_[\w+/]{43}=$/), until: null },
  ])
})

const url = 'https://example.com/'
const { settings: mail } = good.email

test.each<[TargetKind, object, object, string[]]>([
  ['http', {}, {}, ['The URL must be a text.', 'The signing keys must be a list.']],
  ['http', { url }, { url, signingKeys: [key] }, ['A target of HTTP has no settings.']],
  ['http', {}, { url, signingKeys: [] }, ['One signing key must have no end.']],
  ['http', {}, { url, signingKeys: Array(5).fill(key) }, ['A target has at most four signing keys.']],
  [
    'http',
    {},
    { url, signingKeys: [{ key: 'secret', until: null }] },
    ['A signing key must be whsec_ and 24 to 64 bytes, or whsk_ and 32 bytes, in base64.'],
  ],
  [
    'http',
    {},
    { url, signingKeys: [key, { ...key, until: 'soon' }] },
    ['The end of a signing key must be an instant in ISO 8601.'],
  ],
  [
    'http',
    {},
    { url, signingKeys: [key], authorization: 'a\r\nb: c' },
    ['The authorization must be 1 to 4096 printable characters.'],
  ],
  [
    'http',
    {},
    { url, signingKeys: [key], token },
    ['A target of HTTP has the secrets url, signingKeys and authorization.'],
  ],
  [
    'discord',
    {},
    { url },
    ['The URL must be that of a webhook of Discord, like https://discord.com/api/webhooks/…/….'],
  ],
  [
    'discord',
    {},
    { url: 'discord' },
    [
      'The URL must be complete, like https://example.com/path.',
      'The URL must be that of a webhook of Discord, like https://discord.com/api/webhooks/…/….',
    ],
  ],
  ['discord', { threadId: 'general' }, good.discord.secrets, ['The id of the thread must be 15 to 21 digits.']],
  ['discord', { mentionRoleId: 7 }, good.discord.secrets, ['The id of the role must be a text.']],
  [
    'discord',
    { colour: 7 },
    good.discord.secrets,
    ['A target of Discord has the settings threadId and mentionRoleId.'],
  ],
  [
    'slack',
    {},
    { url },
    ['The URL must be that of an incoming webhook of Slack, like https://hooks.slack.com/services/T…/B…/….'],
  ],
  [
    'slack',
    {},
    good.discord.secrets,
    ['The URL must be that of an incoming webhook of Slack, like https://hooks.slack.com/services/T…/B…/….'],
  ],
  [
    'email',
    {},
    {},
    [
      'The host must be a text.',
      'The port must be a number.',
      'The security must be tls, starttls or none.',
      'The sender must be an address like alerts@example.com.',
      'The recipients must be a list.',
    ],
  ],
  [
    'email',
    { ...mail, host: 'smtp.example.com/x' },
    {},
    ['The host must be the name or the address of a mail server.'],
  ],
  ['email', { ...mail, port: 80 }, {}, ['The port must be 25, 465, 587, or 1024 or higher.']],
  ['email', { ...mail, port: 25.5 }, {}, ['The port must be 25, 465, 587, or 1024 or higher.']],
  ['email', { ...mail, to: [] }, {}, ['There must be a recipient.']],
  [
    'email',
    { ...mail, to: ['b@example.com\r\nBcc: c@example.com'] },
    {},
    ['Each recipient must be an address like alerts@example.com.'],
  ],
  [
    'email',
    { ...mail, from: 'Alerts <a@example.com>' },
    {},
    ['The sender must be an address like alerts@example.com.'],
  ],
  ['email', { ...mail, security: 'none' }, good.email.secrets, ['A login needs the security tls or starttls.']],
  ['email', mail, { login: { user: 'a' } }, ['The password must be a text.']],
  ['email', mail, { login: { user: '', password: 'b' } }, ['The user must not be empty.']],
])('%s with %j and %j is refused with a sentence for each fault', (kind, settings, secrets, problems) => {
  expect(targetProblems(kind, settings, secrets, [])).toEqual(problems)
})

describe('a target that was stored with what is no longer accepted', () => {
  test.each<unknown>([null, undefined, 'text', 7, [], { other: true }])('refuses each message (%j)', async (stored) => {
    for (const kind of targetKinds) {
      await using target = openTarget(kind, stored, stored, { privateNetworks: [], clock: Date.now })
      const outcome = await target.send(alertMessage(), first())
      expect(outcome).toMatchObject({ kind: 'refused', status: null })
      expect(outcome.answer).toMatch(/^(A target of|The |There |One )/)
      expect(describeTarget(kind, stored, stored)).toEqual({ destination: '', signingKeys: [] })
    }
  })
})
