import { firstWords, lastWords, phrasesOf, words } from './name-words.ts'
import { between, hash, pick, unit } from './random.ts'
import type { Category, Channel } from './world.ts'

const salt = {
  words: 21,
  style: 22,
  digits: 23,
  fame: 24,
  bio: 25,
  language: 26,
  taste: 27,
  title: 28,
  subscribers: 29,
}

/** How many channels have a handle without a running number. */
const pairs = firstWords.length * lastWords.length
// A prime that does not divide `pairs`, so that steps of this size visit every pair before one comes twice.
const stride = 7_919

const categories: readonly Category[] = phrasesOf(`
  Just Chatting|Music|Art|Chess|Retro Games|Racing|Travel & Outdoors|Cooking|Software Development|Fitness
  Strategy|Speedruns|Poker|Talk Shows|Simulators`).map((name, n) => ({ id: 15 + n * 7, name }))

const titles: Record<string, readonly string[]> = {
  en: [
    'road to top 100, no excuses',
    'first try or we go home',
    'chill night, come say hi',
    'DAY {n} of building a city from nothing',
    'viewer games all evening | !join',
    'one more run… (it is never one more)',
    'cozy coding & coffee ☕',
  ],
  es: ['¡vamos por la victoria! día {n}', 'charla tranquila con la comunidad', 'hoy no se duerme 🌙'],
  pt: ['hoje vai dar bom, confia', 'conversa e café com vocês ☕', 'desafio dia {n}: sem morrer'],
  de: ['Entspannt in den Abend', 'Tag {n}: endlich der Endgegner?', 'Zuschauer gegen mich'],
  fr: ['on tente le record, épisode {n}', 'soirée détente avec vous', 'ça va être long… et drôle'],
  tr: ['akşam sohbeti, hoş geldiniz', '{n}. gün: zirveye doğru', 'bugün kaybetmek yok 🔥'],
  ru: ['день {n}: снова в бой', 'спокойный вечер и разговоры', 'играем с подписчиками'],
  ar: ['سهرة هادئة مع المتابعين', 'اليوم {n} من التحدي'],
  ja: ['まったり雑談配信', '{n}日目の挑戦、今日こそクリア'],
  pl: ['spokojny wieczór i rozmowy', 'dzień {n}: bez porażki'],
}
const languages = words('en en en en en en es es es pt pt de fr tr tr ru ar ja pl')

const bios = phrasesOf(`
  Live most evenings. Be kind.|Variety streamer, part-time perfectionist.
  New videos on Sundays, streams whenever the coffee is ready.|I talk too much and win too little.
  Long runs, short naps.|`)

const tagPool = ['chill', 'competitive', 'music', 'nomic', 'firsttime', 'community', 'drops', 'coop']

/** The first name of channel number `n` and two that it may change to; no two channels share one. */
export const handlesOf = (seed: number, n: number): readonly [string, string, string] => {
  const pair = (n * stride + hash(seed, salt.words)) % pairs
  const round = Math.floor(n / pairs)
  const first = firstWords[pair % firstWords.length]!
  const last = lastWords[Math.floor(pair / firstWords.length)]!
  const style = unit(seed, salt.style, n)
  const [separator, other] = style < 0.4 ? ['', '_'] : style < 0.75 ? ['_', '-'] : ['-', '_']
  const digits = 10 + (hash(seed, salt.digits, n) % 90)
  const suffix = round > 0 ? `x${round + 1}` : unit(seed, salt.digits, n, 1) < 0.2 ? String(digits) : ''
  const handle = `${first}${separator}${last}${suffix}`
  return [handle, `${first}${other}${last}${suffix}`, style < 0.5 ? `${handle}tv` : `its${handle}`]
}

/** The display name of a slug. */
export const displayName = (slug: string): string =>
  slug.replace(/(^|[-_])([a-z])/g, (_match, mark: string, letter: string) => (mark && '_') + letter.toUpperCase())

const picture = (hue: number, width: number, letter: string): string => {
  const text = letter && `<text x='50%' y='6.6' font-size='6' text-anchor='middle' fill='white'>${letter}</text>`
  const box = `<path fill='hsl(${hue},55%,42%)' d='M0 0h${width}v9H0z'/>`
  const svg = `<svg xmlns='http://www.w3.org/2000/svg' viewBox='0 0 ${width} 9'>${box}${text}</svg>`
  return `data:image/svg+xml,${svg.replace(/[%<>]/g, encodeURIComponent)}`
}

/** Channel number `n` of the cast before anything happens to it; it depends on seed and number alone. */
export const castMember = (seed: number, n: number): Channel => {
  const slug = handlesOf(seed, n)[0]
  const hue = hash(seed, salt.style, n, 1) % 360
  const letter = slug.charAt(0).toUpperCase()
  const popularity = Math.min(40_000, Math.round(25 / (1 - unit(seed, salt.fame, n)) ** 1.1))
  const active = Math.floor(popularity * between(0.05, 0.6, seed, salt.subscribers, n))
  return {
    // The ids grow with n, so that a larger cast keeps the ids of a smaller one.
    id: 1_000_003 + n * 1_361 + (hash(seed, salt.words, n) % 1_361),
    slug,
    username: displayName(slug),
    description: pick(bios, seed, salt.bio, n),
    avatar: picture(hue, 9, letter),
    banner: picture((hue + 40) % 360, 16, ''),
    subscribers: { active, gifted: Math.floor(active / 4), canceled: Math.floor(active / 7) },
    popularity,
    hidesViewers: false,
    banned: false,
    stream: null,
  }
}

const hourMs = 3_600_000

/** The subscribers of channel `n` in the hour of an instant: over some days they rise and fall by a tenth. */
export const subscribersAt = (
  seed: number,
  n: number,
  { subscribers }: Channel,
  at: number,
): Channel['subscribers'] => {
  const period = between(24, 96, seed, salt.subscribers, n, 1)
  const phase = between(0, 2 * Math.PI, seed, salt.subscribers, n, 2)
  const share = 1 + 0.1 * Math.sin((2 * Math.PI * Math.floor(at / hourMs)) / period + phase)
  const active = Math.round(subscribers.active * share)
  return { ...subscribers, active, gifted: Math.min(subscribers.gifted, active) }
}

/** The details of a part of a broadcast. */
export type Programme = { title: string; category: Category; language: string; tags: string[]; isMature: boolean }

/** The details of one part of channel `n`; neighbouring parts mostly share the category. */
export const programme = (seed: number, n: number, part: number): Programme => {
  const language = pick(languages, seed, salt.language, n)
  const favourite = unit(seed, salt.taste, n, Math.floor(part / 2)) < 0.7 ? 0 : 1
  const title = pick(titles[language]!, seed, salt.title, n, part)
  return {
    title: title.replace('{n}', String(1 + (hash(seed, salt.title, n, part, 1) % 120))),
    category: pick(categories, seed, salt.taste, n, 7, favourite),
    language,
    tags: tagPool.filter((_tag, i) => unit(seed, salt.taste, n, 8, i) < 0.2),
    isMature: unit(seed, salt.taste, n, 9) < 0.08,
  }
}
