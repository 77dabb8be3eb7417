import { displayName } from './cast.ts'
import { firstWords, lastWords, words } from './name-words.ts'
import { between, hash, pick, unit } from './random.ts'
import type { Channel } from './world.ts'

const salt = { member: 81, wanders: 82, name: 83, style: 84, color: 85, badge: 86, months: 87 }

/** Ids of people who never stream begin here, far above those of the channels. */
const firstId = 200_000_003
/** How many people are in many chats. */
const wanderers = 4_000

/** A person in the chat of a channel. */
export type Person = { id: number; username: string; slug: string }

/** A badge beside a name in chat. */
export type Badge = { text: string; type: string; count?: number }

const personOf = (seed: number, id: number): Person => {
  const [first, last] = [pick(firstWords, seed, salt.name, id), pick(lastWords, seed, salt.name, id, 1)]
  const style = unit(seed, salt.style, id)
  const slug =
    style < 0.5 ? `${first}${last}${id % 1_000}` : style < 0.8 ? `${first}_${last}${id % 100}` : `${last}${id % 10_000}`
  return { id, slug, username: style < 0.3 ? slug : displayName(slug) }
}

/** How many people a channel knows. */
const sizeOf = ({ popularity }: Channel): number => Math.min(20_000, 20 + popularity * 3)

/** Member number `rank` of the people of a channel; small ranks are its regulars, and a fifth is in other chats as well. */
export const member = (seed: number, { id }: Channel, rank: number): Person => {
  const isWanderer = unit(seed, salt.wanders, id, rank) < 0.2
  const number = hash(seed, salt.member, id, rank)
  return personOf(seed, firstId + (isWanderer ? number % wanderers : wanderers + (number % 900_000_000)))
}

/** A rank among the people of a channel, chosen by numbers; regulars come far more often than others. */
export const rankOf = (seed: number, channel: Channel, ...parts: number[]): number =>
  Math.floor(sizeOf(channel) * unit(seed, salt.member, channel.id, ...parts) ** 3)

/** A person who was not in this chat before. */
export const newcomer = (seed: number, channel: Channel, ...parts: number[]): Person =>
  personOf(seed, firstId + wanderers + (hash(seed, salt.member, channel.id, 1, ...parts) % 900_000_000))

/** The channel's owner as a person. */
export const ownerOf = ({ id, username, slug }: Channel): Person => ({ id, username, slug })

const colors = words('#DEB2FF #FF9D00 #75FD46 #1475E1 #E9113C #72ACED #BC66FF #31D6C2 #F2708A #FFD899')

/** The colour of somebody's name. */
export const colorOf = (seed: number, { id }: Person): string => pick(colors, seed, salt.color, id)

/** The badges of the member at a rank; they never change. */
export const badgesOf = (seed: number, { id }: Channel, rank: number): Badge[] => {
  const badges: Badge[] = []
  if (rank < 2) badges.push({ text: 'Moderator', type: 'moderator' })
  else if (rank < 6) badges.push({ text: 'VIP', type: 'vip' })
  if (unit(seed, salt.badge, id, rank) < 0.3) {
    const count = Math.ceil(between(0, 24, seed, salt.months, id, rank))
    badges.push({ text: 'Subscriber', type: 'subscriber', count })
  }
  if (unit(seed, salt.badge, id, rank, 1) < 0.04) badges.push({ text: 'Sub Gifter', type: 'sub_gifter', count: 5 })
  return badges
}
