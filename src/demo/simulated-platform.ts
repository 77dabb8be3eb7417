/** The platform that the demo simulates, by its name. */
export const simulatedPlatform = 'kick'
