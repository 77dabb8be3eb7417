/** What names a channel in links and lists. */
export type NamedChannel = { id: string; platform: string; slug: string | null; displayName: string | null }

const byId = 'id:'

/** The address of a channel: by its slug, or by its id where another channel has its slug now. */
export const channelParams = ({ id, platform, slug }: NamedChannel): { platform: string; slug: string } => ({
  platform: platform.toLowerCase(),
  slug: slug ?? `${byId}${id}`,
})

/** What an address asks for. */
export const readChannelParams = (params: {
  platform: string
  slug: string
}): { platform: string } & ({ slug: string } | { id: string }) => {
  const platform = params.platform.toUpperCase()
  return params.slug.startsWith(byId)
    ? { platform, id: params.slug.slice(byId.length) }
    : { platform, slug: params.slug }
}
