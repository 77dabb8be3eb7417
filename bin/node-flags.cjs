'use strict'
/**
 * How the program's own Node is started. One thread collects the young generation: on few cores several get in each other's
 * way, a fifth of the CPU of reading a channel. A node that polls keeps it small: with the default of 16 MB it grows to 48 MB and the
 * heap with it, which took 110 MB more in a poll cycle of 50,000 channels. One that only answers lets it grow, for what
 * survives a collection only because its request is not over yet costs twice. `npm start` and `npm run start:api` say the same.
 */
module.exports = (workers = 'poller,jobs') => [
  '--no-parallel-scavenge',
  `--max-semi-space-size=${workers.split(',').some((name) => name.trim() === 'poller') ? 4 : 32}`,
]
