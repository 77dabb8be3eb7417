const { readdirSync } = require('node:fs')

// The one-way rule of the panel: a room imports those of earlier layers and itself. Places do not know each other.
const below = ['styles', 'view', 'data', 'parts']
const above = ['app']
const rooms = readdirSync(`${__dirname}/src`, { withFileTypes: true }).flatMap((entry) =>
  entry.isDirectory() ? [entry.name] : [],
)
const places = rooms.filter((name) => !below.includes(name) && !above.includes(name))
// A place tells the router what its link may say, and nothing else of it is known elsewhere.
const layers = [...below.map((name) => [name]), places, above]

const oneWay = layers.flatMap((names, i) =>
  names.map((name) => ({
    name: `${name}-imports-only-earlier-layers`,
    severity: 'error',
    from: { path: `^admin/src/${name}/` },
    to: { path: '^admin/src', pathNot: `^admin/src/(${[...layers.slice(0, i).flat(), name].join('|')})/` },
  })),
)

module.exports = {
  forbidden: [
    ...oneWay,
    { name: 'no-circles', severity: 'error', from: {}, to: { circular: true } },
    {
      name: 'the-panel-knows-the-api-only',
      comment: 'What the panel needs of the server it asks the API for, as every client does.',
      severity: 'error',
      from: { path: '^admin/src/', pathNot: '\\.test\\.ts$' },
      to: { path: '^(src|test|bench|clients)/' },
    },
    {
      name: 'no-unresolved-imports',
      severity: 'error',
      from: {},
      to: { couldNotResolve: true, pathNot: '\\.css$|typed-document-node' },
    },
  ],
  options: {
    doNotFollow: { path: 'node_modules' },
    tsPreCompilationDeps: true,
    enhancedResolveOptions: {
      extensions: ['.ts', '.tsx', '.js'],
      exportsFields: ['exports'],
      conditionNames: ['import', 'browser', 'default'],
    },
  },
}
