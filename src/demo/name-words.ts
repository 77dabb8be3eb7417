/** The words of a text. */
export const words = (text: string): string[] => text.trim().split(/\s+/)

/** The phrases of a text, which stand between bars and line ends. */
export const phrasesOf = (text: string): string[] =>
  text
    .trim()
    .split(/[|\n]/)
    .map((phrase) => phrase.trim())

/** What names begin with. */
export const firstWords = words(`
  amber arctic astral bold brisk bronze calm cobalt cosmic crimson daring dusty electric ember fabled frosty
  gentle gilded hollow humble indigo ivory jolly keen lunar lucky mellow merry misty neon nimble noble pixel quiet
  rapid royal rustic sable salty shady silent silver sleepy solar sonic spicy stormy sunny swift tidal turbo urban
  velvet vivid wild witty
`)
/** What names end with. */
export const lastWords = words(`
  anchor aurora badger baron beacon bison cactus canyon captain cedar comet condor coyote dragon drifter falcon
  ferret forge fox gecko ghost harbor hawk heron hornet jaguar kestrel koala lantern lemur lynx mango maple marlin
  mirage moth nomad ocelot orca otter owl panda pepper phoenix pilot puffin puma quokka rabbit raven ranger rhino
  rocket sailor salmon scout shark sparrow stork tiger toucan viper walrus willow wizard wolf wombat yak yeti
  zebra
`)
