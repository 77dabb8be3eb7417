/** The platforms as people call them, by their names in the API. */
export const platformNames = { KICK: 'Kick', TWITCH: 'Twitch', X: 'X' } as const

export type PlatformName = keyof typeof platformNames
