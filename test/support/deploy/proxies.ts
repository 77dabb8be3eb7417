import { execFileSync, spawn, spawnSync } from 'node:child_process'
import { once } from 'node:events'
import { mkdirSync, readFileSync, writeFileSync } from 'node:fs'
import { connect } from 'node:net'
import path from 'node:path'
import { buffer } from 'node:stream/consumers'
import { eventually } from '../lib/eventually.ts'
import { freePort } from '../lib/free-port.ts'
import { sharedDirectory } from '../stores/shared-directory.ts'

/** A file of `deploy/` with other addresses and folders in it, each of which it has to have. */
const adapted = (file: string, replacements: Readonly<Record<string, string>>): string =>
  Object.entries(replacements).reduce(
    (text, [from, to]) => {
      if (!text.includes(from)) throw new Error(`${file} has no ${from}.`)
      return text.replaceAll(from, to)
    },
    readFileSync(file, 'utf8'),
  )

const isListening = (port: number): Promise<boolean> =>
  new Promise((resolve) => {
    const socket = connect(port, '127.0.0.1')
    socket.once('connect', () => resolve(true)).once('error', () => resolve(false))
    socket.once('connect', () => socket.destroy())
  })

/** Runs a proxy by its file in `deploy/`, with ports and folders of its own, before two nodes of this machine. */
const startProxy = async (
  file: string,
  ports: readonly [number, number],
  adapt: (own: { folder: string; certificate: string; plain: number; secure: number }) => Record<string, string>,
  start: (folder: string, config: string) => readonly [string, ...string[]],
) => {
  await using opened = new AsyncDisposableStack()
  const { path: folder } = opened.use(await sharedDirectory('proxy'))
  execFileSync('sh', ['deploy/make-secrets.sh', folder])
  const certificate = path.join(folder, 'deploy/tls/server')
  const [plain, secure] = [await freePort(), await freePort()]
  const config = adapted(file, {
    'api-1:4000': `127.0.0.1:${ports[0]}`,
    'api-2:4000': `127.0.0.1:${ports[1]}`,
    ...adapt({ folder, certificate, plain, secure }),
  })
  const [program, ...args] = start(folder, config)
  const child = spawn(program, args, { stdio: ['ignore', 'ignore', 'pipe'] })
  let said = ''
  child.stderr.on('data', (chunk) => (said += chunk))
  const ended = once(child, 'close')
  opened.defer(async () => {
    // To both it means to end at once; only so nginx ends its workers.
    child.kill('SIGTERM')
    await ended
  })
  await eventually(`${program} listens`, () => {
    if (child.exitCode !== null) throw new Error(`${program} has ended: ${said}`)
    return isListening(secure)
  })
  const running = opened.move()
  return {
    url: `http://127.0.0.1:${plain}`,
    /** Known by a certificate that nobody else signed. */
    secureUrl: `https://127.0.0.1:${secure}`,
    certificate: readFileSync(`${certificate}.crt`, 'utf8'),
    folder,
    [Symbol.asyncDispose]: () => running.disposeAsync(),
  }
}

/** nginx by `deploy/nginx.conf`. */
export const startDeployedNginx = (ports: readonly [number, number]) =>
  startProxy(
    'deploy/nginx.conf',
    ports,
    ({ certificate, plain, secure }) => ({
      'listen 80;': `listen 127.0.0.1:${plain};`,
      'listen 443 ': `listen 127.0.0.1:${secure} `,
      '/etc/nginx/tls/server': certificate,
    }),
    (folder, config) => {
      const temporary = ['client_body', 'proxy', 'fastcgi', 'uwsgi', 'scgi'].map((name) => {
        mkdirSync(path.join(folder, name))
        return `${name}_temp_path ${path.join(folder, name)};`
      })
      writeFileSync(path.join(folder, 'site.conf'), config)
      const main = path.join(folder, 'nginx.conf')
      writeFileSync(
        main,
        `daemon off; worker_processes 1; pid ${path.join(folder, 'pid')}; error_log stderr;
events { worker_connections 256; }
http { access_log off; ${temporary.join(' ')} include ${path.join(folder, 'site.conf')}; }
`,
      )
      return ['nginx', '-e', 'stderr', '-p', folder, '-c', main]
    },
  )

/** Why tests that need HAProxy can not run here; null where they can. */
export const haproxyMissing = spawnSync('haproxy', ['-v']).error
  ? 'haproxy is not installed (apt-get install haproxy)'
  : null

/** HAProxy by `deploy/haproxy.cfg`. */
export const startDeployedHaproxy = async (ports: readonly [number, number]) => {
  const haproxy = await startProxy(
    'deploy/haproxy.cfg',
    ports,
    ({ folder, certificate, plain, secure }) => {
      const both = path.join(folder, 'server.pem')
      writeFileSync(both, ['.crt', '.key'].map((end) => readFileSync(certificate + end, 'utf8')).join(''))
      return {
        'bind :80\n': `bind 127.0.0.1:${plain}\n`,
        'bind :443 ': `bind 127.0.0.1:${secure} `,
        '/etc/haproxy/tls/server.pem': both,
        'stats socket /run/haproxy/admin.sock': `stats socket ${path.join(folder, 'admin.sock')}`,
      }
    },
    (folder, config) => {
      const file = path.join(folder, 'haproxy.cfg')
      writeFileSync(file, config)
      return ['haproxy', '-db', '-f', file]
    },
  )
  return {
    ...haproxy,
    /** Says a command to it, as an operator does by its socket. */
    async tell(command: string): Promise<void> {
      const socket = connect(path.join(haproxy.folder, 'admin.sock'))
      socket.end(`${command}\n`)
      const answer = String(await buffer(socket)).trim()
      if (answer) throw new Error(`${command}: ${answer}`)
    },
  }
}
