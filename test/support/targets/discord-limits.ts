/** What Discord answers to a body that breaks its limits (https://docs.discord.com/developers/resources/message#embed-object-embed-limits). */
type Fault = { message: string; code: number; errors?: Record<string, string> }

type Embed = {
  title?: unknown
  description?: unknown
  url?: unknown
  color?: unknown
  timestamp?: unknown
  author?: { name?: unknown; url?: unknown; icon_url?: unknown }
  image?: { url?: unknown }
  thumbnail?: { url?: unknown }
  footer?: { text?: unknown }
  fields?: { name?: unknown; value?: unknown }[]
}

const isWebUrl = (value: unknown): boolean =>
  typeof value === 'string' && /^https?:\/\/[^\s]+\.[^\s]+$/.test(value) && value.length <= 2_048

/** The texts of an embed: where, what, how long it may be, and whether it may be empty. */
const textsOf = (embed: Embed): [string, unknown, number, boolean][] => [
  ['title', embed.title, 256, true],
  ['description', embed.description, 4_096, true],
  ['author.name', embed.author?.name, 256, false],
  ['footer.text', embed.footer?.text, 2_048, false],
  ...(embed.fields ?? []).flatMap(({ name, value }, i): [string, unknown, number, boolean][] => [
    [`fields.${i}.name`, name ?? '', 256, false],
    [`fields.${i}.value`, value ?? '', 1_024, false],
  ]),
]

const lengthOf = (text: unknown): number => String(text).trim().length

const faultsOfEmbed = (embed: Embed): Record<string, string> => {
  const faults: Record<string, string> = {}
  for (const [where, text, longest, mayBeEmpty] of textsOf(embed)) {
    if (text === undefined) continue
    if (lengthOf(text) > longest) faults[where] = `Must be ${longest} or fewer in length.`
    if (lengthOf(text) === 0 && !mayBeEmpty) faults[where] = 'This field is required'
    if (!String(text).isWellFormed()) faults[where] = 'Not well formed'
  }
  const urls = { url: embed.url, 'author.url': embed.author?.url, 'author.icon_url': embed.author?.icon_url }
  const pictures = { 'image.url': embed.image?.url, 'thumbnail.url': embed.thumbnail?.url }
  for (const [where, url] of Object.entries({ ...urls, ...pictures }))
    if (url !== undefined && !isWebUrl(url)) faults[where] = 'Not a well formed URL.'
  if ((embed.fields ?? []).length > 25) faults.fields = 'Must be 25 or fewer in length.'
  const { color, timestamp } = embed
  if (color !== undefined && !(Number.isInteger(color) && Number(color) >= 0 && Number(color) <= 0xff_ff_ff))
    faults.color = 'int value should be between 0 and 16777215.'
  if (timestamp !== undefined && Number.isNaN(Date.parse(String(timestamp)))) faults.timestamp = 'Could not parse.'
  return faults
}

/** Why Discord refuses a message; undefined when it takes it. */
export const discordFault = (body: { content?: string; embeds?: Embed[]; username?: string }): Fault | undefined => {
  const { content = '', embeds = [] } = body
  const invalid = (errors: Record<string, string>): Fault => ({ message: 'Invalid Form Body', code: 50_035, errors })
  if (content.trim() === '' && embeds.length === 0) return { message: 'Cannot send an empty message', code: 50_006 }
  if (content.length > 2_000) return invalid({ content: 'Must be 2000 or fewer in length.' })
  if (embeds.length > 10) return invalid({ embeds: 'Must be 10 or fewer in length.' })
  const errors = Object.assign({}, ...embeds.map(faultsOfEmbed))
  if (Object.keys(errors).length > 0) return invalid(errors)
  const all = embeds.flatMap(textsOf).reduce((sum, [, text]) => sum + (text === undefined ? 0 : lengthOf(text)), 0)
  return all > 6_000 ? invalid({ embeds: 'Embed size exceeds maximum size of 6000' }) : undefined
}
