import type { KnipConfig } from 'knip'

/** The files that a style sheet takes by `url()` or `@import`, as imports of a module. */
const importsOfStyles = (text: string): string =>
  [...text.matchAll(/(?:url\(\s*|@import\s+)["']([^"']+)["']/g)].map(([, file]) => `import '${file}'`).join('\n')

const config: KnipConfig = {
  workspaces: {
    '.': {
      entry: [
        'src/main.ts!',
        'src/{ingest/spool,backup/backup}-worker.ts!',
        'prisma.config.ts',
        'prisma/model-generator.ts',
        'checks/{release,long-tests}.ts',
        // Programs that tests run.
        'test/support/stores/{make-clickhouse-template,split-until}.ts',
      ],
      project: [
        'src/**/*.ts!',
        '{test,checks,codegen,packaging,admin,clients}/**/*.{ts,tsx,css}',
        '*.ts',
        'bin/*.cjs',
        'prisma/*.ts',
      ],
    },
    bench: {
      entry: ['{peers,subjects}/*.ts'],
      project: ['**/*.{ts,css}'],
    },
  },
  compilers: { css: importsOfStyles },
  prisma: false,
  ignore: ['**/generated/**'],
  // Named in a source that a test gives to the compiler (test/support/deploy/type-errors.ts).
  ignoreDependencies: ['compose-spec-ts', 'kubernetes-types'],
  exclude: ['binaries'],
}

export default config
