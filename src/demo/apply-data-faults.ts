import type { Faults } from './faults.ts'
import { words } from './name-words.ts'

type Item = Record<string, unknown>

const optionalFields = words(`
  category title stream_title language_code language tags custom_tags has_mature_content thumbnail profile_picture
  channel_description banner_picture active_subscribers_count active_gifted_subscribers_count canceled_subscribers_count
  email
`)

const withOffset = (value: unknown): unknown => {
  if (typeof value !== 'string' || value.startsWith('0001')) return value
  return `${new Date(Date.parse(value) + 11 * 3_600_000).toISOString().slice(0, 19)}+11:00`
}

/** The row of `channels` for a channel that is offline and has no profile. */
export const zeroValued = (item: Item): Item => ({
  ...item,
  banner_picture: '',
  category: { id: 0, name: '', thumbnail: '' },
  channel_description: '',
  stream: {
    custom_tags: null,
    is_live: false,
    is_mature: false,
    key: '',
    language: '',
    start_time: '0001-01-01T00:00:00Z',
    thumbnail: '',
    url: '',
    viewer_count: 0,
  },
  stream_title: '',
})

const mapStream = (item: Item, change: (stream: Item) => Item): Item =>
  item.stream === undefined ? item : { ...item, stream: change(item.stream as Item) }

/** Applies every data fault that strikes a rendered item; returns the same text when none does. */
export const applyDataFaults = (faults: Faults, path: string, id: number, text: string): string => {
  const original = JSON.parse(text) as Item
  let item = original
  if (item.stream !== undefined && faults.strike('zero-valued', path, id)) item = zeroValued(item)
  if (faults.strike('viewer-count-one', path, id)) {
    if ('viewer_count' in item) item = { ...item, viewer_count: 1 }
    item = mapStream(item, (stream) => (stream.is_live ? { ...stream, viewer_count: 1 } : stream))
  }
  if (faults.strike('offset-timestamps', path, id)) {
    if ('started_at' in item) item = { ...item, started_at: withOffset(item.started_at) }
    item = mapStream(item, (stream) => ({ ...stream, start_time: withOffset(stream.start_time) }))
  }
  if (faults.strike('missing-fields', path, id)) {
    item = Object.fromEntries(Object.entries(item).filter(([name]) => !optionalFields.includes(name)))
    item = mapStream(item, ({ is_live, start_time, viewer_count }) => ({ is_live, start_time, viewer_count }))
  }
  if (faults.strike('extra-fields', path, id)) {
    item = { ...item, playback_url: '', followers: null, extra: { nested: [{ deep: true }] } }
    item = mapStream(item, (stream) => ({ ...stream, quality: { fps: 60 } }))
  }
  const patched = faults.strike('patched', path, id)
  if (patched) item = { ...item, ...patched.fields }
  return item === original ? text : JSON.stringify(item)
}
