import { expect, test } from 'vitest'
import { fixedValue } from '../../src/lib/live-value.ts'
import { silentLog } from '../../src/lib/log.ts'
import { totalAvailability } from '../../src/platforms/platform-definition.ts'
import { builtInPlatforms } from '../../src/platforms/registry.ts'

const access = {
  apiUrl: 'http://127.0.0.1:1',
  idUrl: 'http://127.0.0.1:1',
  clientId: 'id',
  clientSecret: 'a secret of at least ten',
  bearerToken: 'token',
}

test.each(builtInPlatforms.map((platform) => [platform.name, platform] as const))(
  'the definition of %s says that followers are told exactly where its adapter can ask for them',
  async (name, { createPlatform }) => {
    await using adapter = createPlatform(fixedValue(access), {
      clock: Date.now,
      log: silentLog,
      requestsPerSecond: fixedValue(1),
      webhookUrl: undefined,
      onCall: () => undefined,
    })
    const { available, reason } = totalAvailability(builtInPlatforms, name, 'followers')
    expect(available).toBe(adapter.followerTotals !== undefined)
    expect(reason === null).toBe(available)
  },
)
