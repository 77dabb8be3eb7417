import type { ClientRequest, IncomingMessage } from 'node:http'
import react from '@vitejs/plugin-react'
import { defineConfig, type ProxyOptions } from 'vite'

/** Where the running server is that `npm run dev:panel` asks. */
const server = process.env.CHANNELSCOPE_URL ?? 'http://127.0.0.1:4000'

/** What the pages shown here ask looks to the server like what its own pages ask. Pages of others it refuses as ever. */
const asOwn = (asked: ClientRequest, { headers }: IncomingMessage): void => {
  if (headers.origin === `http://${headers.host}`) asked.setHeader('Origin', new URL(server).origin)
}

const toServer: ProxyOptions = {
  target: server,
  changeOrigin: true,
  configure: (proxy) => void proxy.on('proxyReq', asOwn).on('proxyReqWs', asOwn),
}

export default defineConfig({
  root: import.meta.dirname,
  plugins: [react()],
  resolve: {
    // The small parser that the GraphQL client brings anyway.
    alias: [{ find: /^graphql$/, replacement: '@0no-co/graphql.web' }],
  },
  build: {
    target: 'es2023',
    // The content policy of the server allows no scripts and styles inside the page, and no data: fonts.
    assetsInlineLimit: 0,
    modulePreload: { polyfill: false },
    manifest: true,
  },
  server: {
    port: 4001,
    proxy: {
      '/graphql': { ...toServer, ws: true },
      '/graphiql.js': toServer,
      '/export': toServer,
      '/ready': toServer,
      // By GET it is a page of the panel.
      '/sign-in': { ...toServer, bypass: ({ method, url }) => (method === 'GET' ? url : undefined) },
    },
  },
})
