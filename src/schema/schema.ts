import type { GraphQLSchema } from 'graphql'
import './scalars.ts'
import './node.ts'
import './channel.ts'
import './live.ts'
import './me.ts'
import './series.ts'
import './session.ts'
import './status-event.ts'
import './tracking.ts'
import { builder } from './builder.ts'

/** The executable schema of everything above; a new one at every call. */
export const buildSchema = (): GraphQLSchema => builder.toSchema()
