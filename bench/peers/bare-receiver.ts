/** The limit of receiving webhooks: node:http that reads the body, verifies the signature with a key parsed once, and keeps nothing. */
import { createPublicKey, verify } from 'node:crypto'
import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import type { ReceiverStart } from '../cases/receive.ts'
import { serve } from '../support/rpc.ts'

serve({
  async start({ publicKeyPem }: ReceiverStart): Promise<number> {
    const key = createPublicKey(publicKeyPem)
    const server = createServer((request, response) => {
      const chunks: Buffer[] = []
      request.on('data', (chunk) => chunks.push(chunk))
      request.on('end', () => {
        const { headers } = request
        const prefix = `${headers['kick-event-message-id']}.${headers['kick-event-message-timestamp']}.`
        const signed = Buffer.concat([Buffer.from(prefix), ...chunks])
        const signature = Buffer.from(String(headers['kick-event-signature']), 'base64')
        response.writeHead(verify('sha256', signed, key, signature) ? 200 : 401, { 'content-length': 0 }).end()
      })
    })
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
    return (server.address() as AddressInfo).port
  },
})
