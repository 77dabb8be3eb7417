import { describe, expect, it } from 'vitest'
import { startKickAgainst } from '../../support/platforms/kick-against.ts'
import type { Reply } from '../../support/platforms/scripted-http.ts'

const nobody: Reply = { json: { data: [], message: 'OK' } }

describe('disposal', () => {
  it('ends what is under way and what waits, and nothing is sent afterwards', async () => {
    const arrived = Promise.withResolvers<void>()
    const api = (): Reply => {
      arrived.resolve()
      return 'never'
    }
    await using setup = await startKickAgainst({ api }, { requestsPerSecond: 0.1 })
    const underWay = setup.kick.fetchLive(['1'])
    await arrived.promise
    const queued = setup.kick.fetchLive(['2'])
    await setup.kick[Symbol.asyncDispose]()
    for (const call of [underWay, queued, setup.kick.fetchLive(['3'])]) expect((await call).ok).toBe(false)
    expect(setup.apiCalls()).toHaveLength(1)
    expect(setup.timer.sleeping).toBe(0)
  })

  it('also ends a token request', async () => {
    const arrived = Promise.withResolvers<void>()
    const token = (): Reply => {
      arrived.resolve()
      return 'never'
    }
    await using setup = await startKickAgainst({ api: () => nobody, token })
    const call = setup.kick.fetchLive(['1'])
    await arrived.promise
    await setup.kick[Symbol.asyncDispose]()
    expect((await call).ok).toBe(false)
  })

  it('an aborted call in flight says nothing about the host', async () => {
    let arrive = Promise.withResolvers<void>()
    const api = (): Reply => {
      arrive.resolve()
      return 'never'
    }
    await using setup = await startKickAgainst({ api })
    for (let i = 0; i < 8; i++) {
      arrive = Promise.withResolvers<void>()
      const leaving = new AbortController()
      const call = setup.kick.fetchLive(['1'], leaving.signal)
      await arrive.promise
      leaving.abort()
      expect(await call).toMatchObject({ failure: { message: 'the call was given up by its caller' } })
    }
    expect(setup.apiCalls()).toHaveLength(8)
  })
})
