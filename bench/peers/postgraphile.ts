/** PostGraphile 5 with its Amber preset over schema dm, settings for production. */
import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { postgraphile } from 'postgraphile'
import { makePgService } from 'postgraphile/adaptors/pg'
import { grafserv } from 'postgraphile/grafserv/node'
import { PostGraphileAmberPreset } from 'postgraphile/presets/amber'
import { serve } from '../support/rpc.ts'

serve({
  async start({ databaseUrl, connections }: { databaseUrl: string; connections: number }): Promise<number> {
    const preset = {
      extends: [PostGraphileAmberPreset],
      pgServices: [makePgService({ connectionString: databaseUrl, schemas: ['dm'], poolConfig: { max: connections } })],
      grafserv: { graphiql: false, watch: false, websockets: false },
      grafast: { explain: false },
    }
    const server = createServer()
    const instance = postgraphile(preset).createServ(grafserv)
    await instance.addTo(server)
    await instance.ready()
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
    return (server.address() as AddressInfo).port
  },
})
