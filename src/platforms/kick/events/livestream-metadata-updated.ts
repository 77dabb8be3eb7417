import { readFlag, readObject, readText } from '../../read-fields.ts'
import { isObject, type KickEvent, mismatch } from './kick-event.ts'

const ownFields = ['title', 'language', 'category', 'Category', 'has_mature_content']

const readCategory = (value: unknown): string | undefined => {
  const { id, name } = readObject(value)
  return id === 0 ? undefined : readText(name)
}

/** What the channel is about from now on. Real bodies carry the category a second time, under an older name. */
export const livestreamMetadataUpdated: KickEvent = {
  type: 'livestream.metadata.updated',
  read: ({ metadata }, broadcaster) => {
    if (!isObject(metadata) || !ownFields.some((field) => field in metadata))
      return mismatch('metadata is not there or not about a broadcast')
    return {
      kind: 'metadata',
      broadcaster,
      title: readText(metadata.title),
      category: readCategory(metadata.category) ?? readCategory(metadata.Category),
      language: readText(metadata.language),
      isMature: readFlag(metadata.has_mature_content),
    }
  },
}
