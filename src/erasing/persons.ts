/**
 * Finds people in the bodies of deliveries. The patterns are of the syntax that RE2 and JavaScript share, so that ClickHouse and this program
 * find the same. They read text, because bodies may be malformed or cut.
 */

const escaped = (text: string): string =>
  text.replace(/[^A-Za-z0-9_]/g, (character) => `\\x${character.charCodeAt(0).toString(16).padStart(2, '0')}`)

/** The value of a JSON key whose name ends so, as a number or as text. */
const keyWithId = (name: string, platformUserId: string): string =>
  `"${name}"[ \\n\\r\\t]*:[ \\n\\r\\t]*"?${escaped(platformUserId)}(?:[^A-Za-z0-9_]|$)`

/** What names the channel of a delivery, or the account that reads it for us: no chatter. Objects that are nested twice end the match. */
const channelPart =
  /"broadcaster"[ \n\r\t]*:[ \n\r\t]*\{[^{}]*(?:\{[^{}]*\}[^{}]*)*\}|"condition"[ \n\r\t]*:[ \n\r\t]*\{[^{}]*\}|"broadcaster_user_id"[ \n\r\t]*:[ \n\r\t]*"[^"]*"/g

/** `channelPart` as ClickHouse takes it. */
export const channelParts = channelPart.source

/** Finds a person in a body from which `channelParts` were taken out: as sender, follower, subscriber, giver, or in what is answered to. */
export const personPattern = (platformUserId: string): string => keyWithId('[a-z_]*user_id', platformUserId)

/** Where the object of the channel begins. */
const broadcasterHead = /"broadcaster"[ \n\r\t]*:[ \n\r\t]*\{/g

/** What is in an object, as far as it goes: a body may be cut. Objects that are nested twice end it. */
const objectBody = /[^{}]*(?:\{[^{}]*\}[^{}]*)*/y

/** Finds the channel of a delivery. */
export const broadcasterPattern = (platformUserId: string): string =>
  [
    `${broadcasterHead.source}${objectBody.source}${keyWithId('user_id', platformUserId)}`,
    keyWithId('broadcaster_user_id', platformUserId),
  ].join('|')

const base64Prefix = 'base64:'

const decoded = (body: string): string =>
  body.startsWith(base64Prefix) ? Buffer.from(body.slice(base64Prefix.length), 'base64').toString('latin1') : body

const anyKey = /"[a-z_]*user_id"[ \n\r\t]*:[ \n\r\t]*"?/g
const objectKey = /"user_id"[ \n\r\t]*:[ \n\r\t]*"?/g
const channelKey = /"broadcaster_user_id"[ \n\r\t]*:[ \n\r\t]*"?/g
const wordCharacter = /[A-Za-z0-9_]/

/** Whether one of the keys that `key` finds has this id as its value. */
const hasId = (text: string, key: RegExp, platformUserId: string): boolean =>
  Array.from(text.matchAll(key)).some(({ 0: found, index }) => {
    const start = index + found.length
    const end = start + platformUserId.length
    return text.startsWith(platformUserId, start) && !wordCharacter.test(text.charAt(end))
  })

/** Whether a person is in the body of a delivery, other than as the owner of the channel. */
export const namesPerson = (body: string, platformUserId: string): boolean =>
  hasId(decoded(body).replace(channelPart, ''), anyKey, platformUserId)

/** Whether the body of a delivery is about the channel of this account. */
export const namesBroadcaster = (body: string, platformUserId: string): boolean => {
  const text = decoded(body)
  if (hasId(text, channelKey, platformUserId)) return true
  return Array.from(text.matchAll(broadcasterHead)).some(({ 0: head, index }) => {
    objectBody.lastIndex = index + head.length
    const [object = ''] = objectBody.exec(text) ?? []
    return hasId(object.replace(/\{[^{}]*\}/g, ''), objectKey, platformUserId)
  })
}
