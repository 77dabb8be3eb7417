// The one-way rule of the folders: a folder may import those of earlier layers, itself, and nothing else.
const layers = [
  ['lib'],
  ['config', 'stores', 'platforms', 'demo'],
  ['channels', 'audit'],
  ['sessions', 'telemetry'],
  ['ingest', 'live'],
  ['webhooks', 'event-subscriptions', 'archive', 'trust', 'claims', 'access', 'settings', 'exports'],
  ['workers', 'resolvers'],
  ['schema', 'commands'],
  ['compiled'],
  ['guard'],
  ['http'],
  ['app'],
  ['cli'],
]

const folder = (names) => `^src/(${names.join('|')})/`

const oneWay = layers.flatMap((names, i) =>
  names.map((name) => ({
    name: `${name}-imports-only-earlier-layers`,
    severity: 'error',
    from: { path: folder([name]) },
    to: { path: '^src/', pathNot: folder([...layers.slice(0, i).flat(), name]) },
  })),
)

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
      name: 'callers-are-identified-in-one-place',
      comment: 'A path that asked for keys by itself would not count who guesses them.',
      severity: 'error',
      from: { path: '^src/', pathNot: '^src/(app/start-api|http/security/callers)\\.ts$' },
      to: { path: '^src/http/security/authenticate\\.ts$' },
    },
    {
      name: 'no-circles',
      comment: 'Types may refer to each other: nothing of that is left when the program runs.',
      severity: 'error',
      from: {},
      to: { circular: true, viaOnly: { dependencyTypesNot: ['type-only'] } },
    },
    { name: 'no-orphans', severity: 'error', from: { orphan: true, pathNot: '\\.d\\.ts$|^src/main\\.ts$' }, to: {} },
    {
      name: 'no-unlisted-packages',
      severity: 'error',
      from: { path: '^src/' },
      to: { dependencyTypes: ['npm-dev', 'npm-no-pkg', 'npm-unknown', 'unknown'], pathNot: '^node:' },
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
