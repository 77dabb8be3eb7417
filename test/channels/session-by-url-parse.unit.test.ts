import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { maxStreamUrlLength, parseStreamUrl } from '../../src/channels/stream-url.ts'
import { builtInPlatforms } from '../../src/platforms/registry.ts'

const uuid = '3f0f0c1e-6a1c-4f0e-9b5a-0a8b1c2d3e4f'

describe('the address of a stream', () => {
  test.each([
    'https://kick.com/trainwreckstv',
    'http://kick.com/trainwreckstv',
    'https://www.kick.com/trainwreckstv',
    'HTTPS://WWW.Kick.COM/TrainWrecksTV',
    'https://kick.com/trainwreckstv/',
    'https://kick.com//trainwreckstv//',
    'https://kick.com/trainwreckstv?utm_source=x&clip=clip_01#chat',
    'https://kick.com/trainwreckstv#',
    `https://kick.com/trainwreckstv/videos/${uuid}`,
    'https://kick.com/trainwreckstv/clips/clip_01HX',
    'https://kick.com/trainwreckstv/chatroom',
    'https://m.kick.com/trainwreckstv',
    'https://player.kick.com/trainwreckstv',
    'https://kick.com/train%77reckstv',
    '  https://kick.com/trainwreckstv\n',
    'https://kick.com/trainwreckstv?next=https://évil.example/@',
  ])('%j names a channel of Kick', (url) => {
    expect(parseStreamUrl(builtInPlatforms, url)).toEqual({ platform: 'kick', slug: 'trainwreckstv' })
  })

  test.each([
    'https://twitch.tv/Some_Body',
    'https://www.twitch.tv/some_body/',
    'https://m.twitch.tv/some_body?desktop-redirect=true',
    'https://www.twitch.tv/some_body/video/123456789',
    'https://www.twitch.tv/some_body/clip/FunnyClip-abc',
  ])('%j names a channel of Twitch', (url) => {
    expect(parseStreamUrl(builtInPlatforms, url)).toEqual({ platform: 'twitch', slug: 'some_body' })
  })

  test.each([
    ['kick', 'https://kick.com'],
    ['kick', 'https://kick.com/'],
    ['kick', 'https://kick.com/?channel=a'],
    ['kick', `https://kick.com/video/${uuid}`],
    ['kick', `https://KICK.com/Video/${uuid}`],
    ['kick', 'https://kick.com/categories/chess'],
    ['kick', 'https://kick.com/not a name'],
    ['kick', 'https://kick.com/näme'],
    // The sign of the kelvin is a k in lower case.
    ['kick', 'https://kick.com/\u212Aick'],
    ['kick', 'https://kick.com/%E2%84%AAick'],
    ['kick', 'https://kick.com/a%2Fb'],
    ['kick', 'https://kick.com/%zz'],
    ['kick', 'https://kick.com/a%00b'],
    ['kick', `https://kick.com/${'a'.repeat(26)}`],
    ['twitch', 'https://www.twitch.tv/videos/123456789'],
    ['twitch', 'https://www.twitch.tv/directory'],
    ['twitch', 'https://www.twitch.tv/with-hyphen'],
  ])('may name no channel: %s %j', (platform, url) => {
    expect(parseStreamUrl(builtInPlatforms, url)).toEqual({ platform, slug: null })
  })

  test.each([
    '',
    ' ',
    'trainwreckstv',
    'kick.com/trainwreckstv',
    '//kick.com/trainwreckstv',
    'https:kick.com/trainwreckstv',
    'https:///kick.com/trainwreckstv',
    'https:\\\\kick.com\\trainwreckstv',
    'ftp://kick.com/trainwreckstv',
    'javascript:alert("https://kick.com/trainwreckstv")',
    'javascript://kick.com/%0aalert(1)',
    'data:text/html,https://kick.com/a',
    'https://example.com/trainwreckstv',
    'https://example.com/?u=https://kick.com/trainwreckstv',
    'https://example.com#https://kick.com/trainwreckstv',
    'https://kick.com.example.com/trainwreckstv',
    'https://notkick.com/trainwreckstv',
    'https://kick.comx/trainwreckstv',
    'https://kick.com./trainwreckstv',
    'https://user:password@kick.com/trainwreckstv',
    'https://kick.com@example.com/trainwreckstv',
    'https://kick.com\\@example.com/trainwreckstv',
    'https://kick.com:8443/trainwreckstv',
    'https://[::1]/trainwreckstv',
    'https://k%69ck.com/trainwreckstv',
    // Cyrillic, the sign of the kelvin, full width, and what an IDN looks like on the wire.
    'https://k\u0456ck.com/trainwreckstv',
    'https://\u212Aick.com/trainwreckstv',
    'https://\uFF4Bick.com/trainwreckstv',
    'https://kick\u3002com/trainwreckstv',
    'https://xn--kck-bma.com/trainwreckstv',
    'https://ki\tck.com/trainwreckstv',
    `https://kick.com/a?${'x'.repeat(10_000)}`,
    `https://kick.com/a${' '.repeat(maxStreamUrlLength)}`,
  ])('is refused otherwise: %j', (url) => {
    expect(parseStreamUrl(builtInPlatforms, url)).toBeNull()
  })

  const anyText = fc.oneof(
    fc.string({ unit: 'binary' }),
    fc.webUrl(),
    fc.string({ unit: 'binary' }).map((path) => `https://kick.com/${path}`),
    fc.string({ unit: 'binary' }).map((host) => `https://${host}kick.com/name`),
    fc.tuple(fc.constantFrom('https://', 'http:', '//'), fc.string({ unit: 'binary' })).map((parts) => parts.join('')),
  )

  test('never throws, and what it reads is a slug in its stored form or none', () => {
    fc.assert(
      fc.property(anyText, (text) => {
        const read = parseStreamUrl(builtInPlatforms, text)
        if (read?.slug != null) expect(read.slug).toMatch(/^[a-z0-9_-]{1,25}$/)
      }),
      { numRuns: 3_000 },
    )
  })

  test('is read on the same host as by a browser', () => {
    fc.assert(
      fc.property(anyText, (text) => {
        const read = parseStreamUrl(builtInPlatforms, text)
        if (read) expect(new URL(text).hostname).toMatch(/(^|\.)(kick\.com|twitch\.tv)$/)
      }),
      { numRuns: 3_000 },
    )
  })

  test('reads the same whatever the case, the scheme, the query, the fragment and what follows the name', () => {
    const slug = fc
      .stringMatching(/^[a-z0-9_]{1,25}$/)
      .filter((name) => parseStreamUrl(builtInPlatforms, `https://kick.com/${name}`)?.slug !== null)
    const rest = fc.constantFrom('', '/', '//', '/videos/1', '?a=b', '#c', '/?a=/b#c')
    fc.assert(
      fc.property(slug, rest, fc.boolean(), fc.boolean(), (name, end, isUpper, www) => {
        const url = `https://${www ? 'www.' : ''}kick.com/${name}`
        expect(parseStreamUrl(builtInPlatforms, `${isUpper ? url.toUpperCase() : url}${end}`)).toEqual({
          platform: 'kick',
          slug: name,
        })
      }),
    )
  })
})
