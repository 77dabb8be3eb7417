const { readdirSync } = require('node:fs')

// The one-way rule of the folders: a folder may import those of earlier layers, itself, and nothing else.
const layers = [
  ['lib'],
  ['platforms', 'stores', 'demo', 'targets'],
  ['config', 'channels', 'audit', 'calls'],
  ['sessions', 'telemetry'],
  ['ingest', 'live'],
  ['webhooks', 'event-subscriptions', 'archive', 'trust', 'claims', 'access', 'settings', 'exports'],
  ['erasing', 'adoption', 'imports', 'alerts'],
  ['workers', 'resolvers'],
  ['schema', 'splitting', 'backup'],
  ['compiled', 'commands'],
  ['guard'],
  ['http'],
  ['app'],
  ['cli'],
]

const foldersOf = (folder) =>
  readdirSync(`${__dirname}/${folder}`, { withFileTypes: true }).flatMap((entry) =>
    entry.isDirectory() ? [entry.name] : [],
  )

/** The packages that are bundled with the program. They are developed with, as all that npm does not install for who runs it. */
const bundled = [
  '@clickhouse/client',
  '@graphql-yoga/render-graphiql',
  '@opentelemetry/(api|exporter-trace-otlp-http|resources|sdk-trace-base)',
  '@pothos/(core|plugin-prisma|plugin-relay|plugin-scope-auth)',
  '@prisma/(adapter-pg|client)',
  '@redis/client',
  'aws4fetch',
  'dataloader',
  'graphql',
  'graphql-ws',
  'graphql-yoga',
  'jose',
  'negotiator',
  'nodemailer',
  'oauth4webapi',
  'pg',
  'pg-boss',
  'pino',
  'prom-client',
  'temporal-polyfill',
  'ulid',
  'undici',
  'ws',
  'zod',
]

const unknown = foldersOf('src').filter((name) => !layers.flat().includes(name))
if (unknown.length > 0) throw new Error(`Say in .dependency-cruiser.cjs in which layer src/${unknown[0]} is.`)

/** The same inside a room whose parts stand on each other. What lies loose in `stores` and `platforms` is below their folders. */
const roomLayers = {
  http: [['security'], ['server'], ['graphql'], ['websocket', 'routes']],
  stores: [foldersOf('src/stores')],
  platforms: [foldersOf('src/platforms')],
  workers: [foldersOf('src/workers')],
}

const oneWayIn = (root, layers, loose = '') =>
  layers.flatMap((names, i) =>
    names.map((name) => ({
      name: `${root}${name}-imports-only-earlier-layers`,
      severity: 'error',
      from: { path: `^src/${root}${name}/` },
      to: {
        path: `^src/${root}`,
        pathNot: `^src/${root}((${[...layers.slice(0, i).flat(), name].join('|')})/${loose})`,
      },
    })),
  )

const looseFilesAreBelow = (room) => ({
  name: `${room}-files-import-no-folder-of-${room}`,
  severity: 'error',
  // The registry is the list of the folders.
  from: { path: `^src/${room}/[^/]+$`, pathNot: '^src/platforms/registry\\.ts$' },
  to: { path: `^src/${room}/[^/]+/` },
})

const oneWay = [
  ...oneWayIn('', layers),
  ...Object.entries(roomLayers).flatMap(([room, inner]) => [
    ...oneWayIn(`${room}/`, inner, '|[^/]+$'),
    looseFilesAreBelow(room),
  ]),
]

module.exports = {
  forbidden: [
    ...oneWay,
    {
      name: 'demo-shares-nothing-with-the-adapters',
      comment: 'The simulated platform must not share a belief about the wire with the code that is tested against it.',
      severity: 'error',
      from: { path: '^src/demo/' },
      to: { path: '^src/', pathNot: '^src/(demo|lib)/' },
    },
    {
      name: 'platforms-are-known-by-the-registry',
      comment:
        'Code that imports one platform by name forgets the next one. The demo may, because it simulates one, and what is taken over from before is of one.',
      severity: 'error',
      from: { path: '^src/', pathNot: '^src/(platforms/|adoption/phase-b/|app/replay-demo\\.ts$)' },
      to: { path: '^src/platforms/[^/]+/' },
    },
    {
      name: 'callers-are-identified-in-one-place',
      comment: 'A path that asked for keys by itself would not count who guesses them.',
      severity: 'error',
      from: { path: '^src/', pathNot: '^src/(app/start-api|http/security/callers)\\.ts$' },
      to: { path: '^src/http/security/authenticate\\.ts$' },
    },
    {
      name: 'no-circles',
      comment: 'Also not by types alone: of two files that need each other nobody understands one first.',
      severity: 'error',
      from: {},
      to: { circular: true },
    },
    { name: 'no-orphans', severity: 'error', from: { orphan: true, pathNot: '\\.d\\.ts$|^src/main\\.ts$' }, to: {} },
    {
      name: 'no-unlisted-packages',
      severity: 'error',
      from: { path: '^src/' },
      to: {
        dependencyTypes: ['npm-dev', 'npm-no-pkg', 'npm-unknown', 'unknown'],
        pathNot: `^node:|^node_modules/(${bundled.join('|')})/`,
      },
    },
    { name: 'no-unresolved-imports', severity: 'error', from: {}, to: { couldNotResolve: true } },
    {
      name: 'tests-and-benchmarks-are-leaves',
      severity: 'error',
      from: { path: '^src/' },
      to: { path: '^(test|bench)/' },
    },
  ],
  options: {
    doNotFollow: { path: 'node_modules|prisma/generated' },
    tsConfig: { fileName: 'tsconfig.json' },
    tsPreCompilationDeps: true,
    enhancedResolveOptions: {
      extensions: ['.ts', '.js'],
      exportsFields: ['exports'],
      conditionNames: ['import', 'node', 'default'],
    },
  },
}
