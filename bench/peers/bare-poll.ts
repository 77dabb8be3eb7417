/** The limit of polling: undici, JSON.parse and a look at every row; nothing is written. */
import { Pool } from 'undici'
import { serve } from '../support/rpc.ts'
import type { SimulatedKick } from '../support/simulated-kick.ts'

const batchSize = 100
let pool: Pool
let authorization: string

serve({
  async start({ kick }: { kick: SimulatedKick }) {
    pool = new Pool(kick.url, { connections: 4, pipelining: 1 })
    const { body } = await pool.request({
      method: 'POST',
      path: '/oauth/token',
      headers: { 'content-type': 'application/x-www-form-urlencoded' },
      body: `grant_type=client_credentials&client_id=${kick.clientId}&client_secret=${kick.clientSecret}`,
    })
    authorization = `Bearer ${((await body.json()) as { access_token: string }).access_token}`
  },

  async cycle(channels: number) {
    const startedAt = performance.now()
    let next = 1
    let live = 0
    const loop = async () => {
      while (next <= channels) {
        const first = next
        next += batchSize
        const query = Array.from({ length: batchSize }, (_, i) => `user_id=${first + i}`).join('&')
        const path = `/public/v1/users/livestreams?${query}`
        const { body } = await pool.request({ method: 'GET', path, headers: { authorization } })
        for (const { viewer_count } of JSON.parse(await body.text()).data) if (viewer_count >= 0) live++
      }
    }
    await Promise.all([loop(), loop(), loop(), loop()])
    if (live !== channels) throw new Error(`${live} of ${channels} channels were live.`)
    return {
      calls: channels / batchSize,
      statements: 0,
      loopDelayMs: Number.NaN,
      wallMs: performance.now() - startedAt,
    }
  },
})
