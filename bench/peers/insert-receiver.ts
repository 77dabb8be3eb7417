/** Receiving webhooks as it is often written: the key is parsed for every message and each is inserted by itself before the answer. */
import { createPublicKey, verify } from 'node:crypto'
import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { buffer } from 'node:stream/consumers'
import { createClient } from '@clickhouse/client'
import { createChdbConnection } from 'chdb/connection'
import type { ReceiverStart } from '../cases/receive.ts'
import { openBenchClickHouse } from '../support/clickhouse-data.ts'
import { serve } from '../support/rpc.ts'

serve({
  async start({ publicKeyPem, directory }: ReceiverStart): Promise<number> {
    await openBenchClickHouse(directory)
    const client = createClient({ connection: createChdbConnection({ path: directory }) as never })
    const server = createServer(async (request, response) => {
      const body = await buffer(request)
      const { headers } = request
      const messageId = String(headers['kick-event-message-id'])
      const timestamp = String(headers['kick-event-message-timestamp'])
      const signature = String(headers['kick-event-signature'])
      const signed = Buffer.concat([Buffer.from(`${messageId}.${timestamp}.`), body])
      const verified = verify('sha256', signed, createPublicKey(publicKeyPem), Buffer.from(signature, 'base64'))
      const row = {
        env: 'bench',
        source: 'kick',
        event_type: headers['kick-event-type'],
        message_id: messageId,
        payload: body.toString(),
        signature,
        verified: Number(verified),
        outcome: 'KEPT',
        sent_at: Date.parse(timestamp),
        received_at: Date.now(),
      }
      await client.insert({ table: 'vf.webhook_inbox', values: [row], format: 'JSONEachRow' })
      response.writeHead(verified ? 200 : 401, { 'content-length': 0 }).end()
    })
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
    return (server.address() as AddressInfo).port
  },
})
