import { authorization, session } from '../data/session.ts'
import { saveFile } from '../parts/file/save.ts'

export type Download = {
  kind: string
  channel: string
  from: string
  to: string
  format: string
}

const refusal = async (response: Response): Promise<string> => {
  const body = (await response.json().catch(() => null)) as { errors?: { message: string }[] } | null
  return body?.errors?.[0]?.message ?? `The server answered ${response.status}.`
}

/** The name that the server gives the file. */
const nameIn = (response: Response, fallback: string): string =>
  /filename="([^"]+)"/.exec(response.headers.get('Content-Disposition') ?? '')?.[1] ?? fallback

/**
 * Fetches an export and saves it. The key goes as a header, so that no link and no log has it. `onBytes` is told how much has come. Throws an
 * error with the sentence of the server where it refuses, and where the download was cut.
 */
export const download = async (
  { kind, channel, from, to, format }: Download,
  { signal, onBytes }: { signal: AbortSignal; onBytes(count: number): void },
): Promise<void> => {
  const asked = new URLSearchParams({ channel_id: channel, from, to, format })
  const response = await fetch(`/export/${kind}?${asked}`, {
    headers: authorization(session.get().key),
    credentials: 'omit',
    cache: 'no-store',
    signal,
  })
  if (!response.ok || !response.body) throw new Error(await refusal(response))
  const pieces: Uint8Array<ArrayBuffer>[] = []
  let count = 0
  for await (const piece of response.body as unknown as AsyncIterable<Uint8Array<ArrayBuffer>>) {
    pieces.push(piece)
    count += piece.length
    onBytes(count)
  }
  saveFile(nameIn(response, `${kind}.${format}`), new Blob(pieces))
}
