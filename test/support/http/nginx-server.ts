import { spawn, spawnSync } from 'node:child_process'
import { once } from 'node:events'
import { mkdir, writeFile } from 'node:fs/promises'
import { connect } from 'node:net'
import path from 'node:path'
import { eventually } from '../lib/eventually.ts'
import { freePort } from '../lib/free-port.ts'
import { sharedDirectory } from '../stores/shared-directory.ts'

/** Why tests that need nginx can not run here; null where they can. */
export const nginxMissing = spawnSync('nginx', ['-v']).error
  ? 'nginx is not installed (apt-get install nginx-light)'
  : null

const temporaryPaths = ['client_body', 'proxy', 'fastcgi', 'uwsgi', 'scgi']

const isListening = (port: number): Promise<boolean> =>
  new Promise((resolve) => {
    const socket = connect(port, '127.0.0.1')
    socket.once('connect', () => resolve(true)).once('error', () => resolve(false))
    socket.once('close', () => resolve(false)).once('connect', () => socket.destroy())
  })

/** An nginx that passes everything on to a port of this machine, with nothing set up but that; `location` adds to it. */
export const startNginx = async (upstreamPort: number, location = '') => {
  const directory = await sharedDirectory('nginx')
  const port = await freePort()
  const paths = temporaryPaths.map((name) => `${name}_temp_path ${path.join(directory.path, name)};`)
  for (const name of temporaryPaths) await mkdir(path.join(directory.path, name), { recursive: true })
  const file = path.join(directory.path, 'nginx.conf')
  await writeFile(
    file,
    `daemon off; worker_processes 1; pid ${path.join(directory.path, 'pid')}; error_log stderr;
events { worker_connections 64; }
http {
  access_log off; ${paths.join(' ')}
  server { listen 127.0.0.1:${port}; location / { proxy_pass http://127.0.0.1:${upstreamPort}; ${location} } }
}
`,
  )
  const child = spawn('nginx', ['-e', 'stderr', '-p', directory.path, '-c', file], { stdio: 'ignore' })
  const ended = once(child, 'close')
  await eventually('nginx listens', () => isListening(port))
  return {
    url: `http://127.0.0.1:${port}`,
    [Symbol.asyncDispose]: async () => {
      child.kill('SIGTERM')
      await ended
      await directory[Symbol.asyncDispose]()
    },
  }
}
