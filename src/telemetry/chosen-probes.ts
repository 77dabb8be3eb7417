import { type ChannelKey, channelKey } from './channel-key.ts'
import { type Columns, selection } from './probe-rollups.ts'

/** Which probes are read: of which channels, and what they broadcast when it was seen; null is no condition. */
export type ChosenProbes = {
  platform: string | null
  /** In any case. */
  category: string | null
  language: string | null
  channels: readonly ChannelKey[] | null
}

const folded = (text: string): string => `normalizeUTF8NFC(caseFoldUTF8(normalizeUTF8NFD(${text})))`

const matching = `(({any_category:Bool} OR ${folded('category')} = ${folded('{category:String}')})
      AND ({any_language:Bool} OR ${folded('language')} = ${folded('{language:String}')}))`

/** SQL: probes of the channels that are asked for. */
const probesOfChosen = `env = {env:String} AND ({any_platform:Bool} OR platform = {platform:String})
      AND ({any_channel:Bool} OR concat(platform, '/', platform_user_id) IN {channels:Array(String)})`

/** Whether all probes match what is asked for, so that it need not be compared. */
export const matchesAll = ({ category, language }: ChosenProbes): boolean => category === null && language === null

/** SQL of sums of probes by keys, and by whether the probes saw the category and language that are asked for: the column `matches`. */
export const sumsByMatch = (keys: Columns, columns: Columns, where: string, isAll: boolean): string => `
    SELECT ${selection(keys)}, ${isAll ? 'true' : matching} AS matches, ${selection(columns)}
    FROM kick_streamer_probe
    WHERE ${probesOfChosen} AND ${where}
    GROUP BY ${[...Object.keys(keys), ...(isAll ? [] : ['matches'])].join(', ')}`

/** The conditions as parameters. */
export const chosenParameters = (env: string, { platform, category, language, channels }: ChosenProbes) => ({
  env,
  any_platform: platform === null,
  platform: platform ?? '',
  any_category: category === null,
  category: category ?? '',
  any_language: language === null,
  language: language ?? '',
  any_channel: channels === null,
  channels: channels?.map(channelKey) ?? [],
})

export type ChosenParameters = ReturnType<typeof chosenParameters>
