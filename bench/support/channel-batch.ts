/** How many channels one batch of the upsert benchmark has. */
export const batchSize = 1_000

/** A profile as the upsert benchmark writes it. */
export type BatchProfile = {
  platformUserId: string
  slug: string
  displayName: string
  avatarUrl: string
  followerCount: number
  observedAt: Date
}

/** What the upsert benchmark asks for: in generation n, every `stride`-th channel has another name and other followers than before. */
export type BatchRequest = { generation: number; stride: number }

/** The profiles of one batch. */
export const channelBatch = ({ generation, stride }: BatchRequest): BatchProfile[] =>
  Array.from({ length: batchSize }, (_, i) => {
    const version = i % stride === 0 ? generation : 0
    return {
      platformUserId: String(i + 1),
      slug: `channel-${String(i + 1).padStart(6, '0')}`,
      displayName: `Channel ${i + 1}, version ${version}`,
      avatarUrl: `https://files.example/profile/${i + 1}.webp`,
      followerCount: i + version,
      observedAt: new Date(),
    }
  })
