import { historyUnavailable } from '../telemetry/history-unavailable.ts'
import { chatPieces } from './export-chat.ts'
import { followPieces } from './export-follows.ts'
import { rankingPieces } from './export-rankings.ts'
import { renamePieces } from './export-renames.ts'
import { sessionPieces } from './export-sessions.ts'
import { statusEventPieces } from './export-status-events.ts'
import type { ExportedChannel, ExportStores, ExportTask, Pieces } from './export-task.ts'
import { viewerPieces } from './export-viewers.ts'
import { type JoinedPiece, joinPieces } from './join-pieces.ts'

const ofOneChannel = {
  viewers: viewerPieces,
  chat: chatPieces,
  sessions: sessionPieces,
  follows: followPieces,
  'status-events': statusEventPieces,
} satisfies Record<string, Pieces>

const ofAnyChannels = {
  rankings: rankingPieces,
  renames: renamePieces,
} satisfies Record<string, Pieces<ExportedChannel | null>>

type OfOneChannel = keyof typeof ofOneChannel

/** What can be exported. */
export type ExportKind = OfOneChannel | keyof typeof ofAnyChannels

/** The kinds of exports. */
export const exportKinds = [...Object.keys(ofOneChannel), ...Object.keys(ofAnyChannels)] as ExportKind[]

/** Whether an export is of one channel always; others are of all channels unless one is named. */
export const isOfOneChannel = (kind: ExportKind): kind is OfOneChannel => Object.hasOwn(ofOneChannel, kind)

const piecesOf = (
  kind: ExportKind,
  stores: ExportStores,
  { channel, ...order }: ExportTask<ExportedChannel | null>,
  signal: AbortSignal,
): AsyncGenerator<Buffer> => {
  if (!isOfOneChannel(kind)) return ofAnyChannels[kind](stores, { channel, ...order }, signal)
  if (!channel) throw new Error(`an export of ${kind} is of one channel`)
  return ofOneChannel[kind](stores, { channel, ...order }, signal)
}

/**
 * The document of an order, a few megabytes at a time and only when they are pulled. When it ends without an error it is whole.
 * The same stored rows give the same bytes. Rejects with an ApiError when a store does not answer, or with the signal's reason.
 */
export const runExport = async function* (
  kind: ExportKind,
  stores: ExportStores,
  order: ExportTask<ExportedChannel | null>,
  signal: AbortSignal,
): AsyncGenerator<JoinedPiece> {
  try {
    yield* joinPieces(order.format, piecesOf(kind, stores, order, signal))
  } catch (error) {
    historyUnavailable('export')(error)
  }
}
