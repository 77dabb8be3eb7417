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
 * The document of an order, a few megabytes at a time and only when they are asked for; an end says that it is whole. The same
 * stored rows are the same bytes. Rejects with an ApiError where a store does not answer, or with the reason of the signal.
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
    throw historyUnavailable(error, 'export')
  }
}
