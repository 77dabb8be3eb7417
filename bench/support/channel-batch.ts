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

/** The profiles of one batch; every generation changes name and followers of every channel. */
export const channelBatch = (generation: number): BatchProfile[] =>
  Array.from({ length: batchSize }, (_, i) => ({
    platformUserId: String(i + 1),
    slug: `channel-${String(i + 1).padStart(6, '0')}`,
    displayName: `Channel ${i + 1}, version ${generation}`,
    avatarUrl: `https://files.example/profile/${i + 1}.webp`,
    followerCount: i + generation,
    observedAt: new Date(),
  }))
