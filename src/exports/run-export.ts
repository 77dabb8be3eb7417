import { historyUnavailable } from '../telemetry/history-unavailable.ts'
import { chatPieces } from './export-chat.ts'
import { followPieces } from './export-follows.ts'
import { sessionPieces } from './export-sessions.ts'
import type { ExportStores, ExportTask, Pieces } from './export-task.ts'
import { viewerPieces } from './export-viewers.ts'
import { type JoinedPiece, joinPieces } from './join-pieces.ts'

/** What can be exported of a channel. */
export type ExportKind = 'viewers' | 'chat' | 'sessions' | 'follows'

const piecesOf: Record<ExportKind, Pieces> = {
  viewers: viewerPieces,
  chat: chatPieces,
  sessions: sessionPieces,
  follows: followPieces,
}

/**
 * The document of an order, a few megabytes at a time and only when they are pulled. When it ends without an error it is whole.
 * The same stored rows give the same bytes. Rejects with an ApiError when a store does not answer, or with the signal's reason.
 */
export const runExport = async function* (
  kind: ExportKind,
  stores: ExportStores,
  order: ExportTask,
  signal: AbortSignal,
): AsyncGenerator<JoinedPiece> {
  try {
    yield* joinPieces(order.format, piecesOf[kind](stores, order, signal))
  } catch (error) {
    historyUnavailable('export')(error)
  }
}
