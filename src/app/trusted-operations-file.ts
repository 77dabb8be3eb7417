import { fileURLToPath } from 'node:url'

/** Where the manifest of trusted operations is, which `npm run codegen` writes. */
export const trustedOperationsFile = fileURLToPath(new URL('../../trusted-operations.json', import.meta.url))
