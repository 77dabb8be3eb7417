import { forgetStatements } from '../../src/resolvers/row-list.ts'

// A process names only so many statements, and tests count them by their names: each file begins with none, also where several share a process.
forgetStatements()
