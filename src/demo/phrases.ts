/** Messages of one language; `{name}` is the streamer. */
export type Phrases = {
  readonly reactions: readonly string[]
  readonly sentences: readonly string[]
  readonly questions: readonly string[]
}

/** Emotes with the ids of the platform. */
export const emotes: readonly { id: number; name: string }[] = [
  { id: 37226, name: 'KEKW' },
  { id: 37227, name: 'LULW' },
  { id: 37230, name: 'POLICE' },
  { id: 37232, name: 'PogU' },
  { id: 37239, name: 'WeSmart' },
  { id: 39251, name: 'beeBobble' },
  { id: 39254, name: 'EDMusiC' },
  { id: 39261, name: 'catJAM' },
  { id: 39272, name: 'ppJedi' },
  { id: 39286, name: 'SUSSY' },
  { id: 4148074, name: 'HYPERCLAP' },
  { id: 4148081, name: 'Clap' },
]

/** Ends of messages. */
export const emoji: readonly string[] = ['😂', '🔥', '❤️', '👀', '🙏', '💀', '👏', '🎉', '😭', '🫡']

/** The phrases of a text, which stand between bars and line ends. */
const list = (text: string): string[] =>
  text
    .trim()
    .split(/[|\n]/)
    .map((phrase) => phrase.trim())

/** The phrases by language. */
export const phrases: Readonly<Record<string, Phrases>> = {
  en: {
    reactions: list(`
      lol|LMAO|no way|W|gg|first try|clip it|what a play|so close|rip|let’s gooo|+1|HUGE|nice|true|same`),
    sentences: list(`
      hello from work, don’t tell my boss|been watching since the first stream
      this is the best part of my day|told you it would work|that was planned, 100%
      I have to sleep but I can’t leave now|chat is moving fast today|the music is so good
      ok one more game and then bed|never seen that before|@{name} you got this
      @{name} drink some water|my stream just buffered, what happened|greetings to everyone in chat`),
    questions: list(`
      what song is this?|how long are you live today?|is this ranked?
      @{name} which settings do you use?|did I miss it?|can you play with viewers?
      who won the last one?`),
  },
  es: {
    reactions: list('jajaja|qué grande|vamos|no puede ser|F|épico|jajajaja no|casi'),
    sentences: list(`
      saludos desde Perú|hola a todos, acabo de llegar|te veo desde el primer directo|hoy sí se gana
      @{name} eres el mejor|esto no me lo esperaba`),
    questions: list('¿qué canción es?|¿hasta qué hora hoy?|¿qué me he perdido?|@{name} ¿juegas con subs?'),
  },
  pt: {
    reactions: list('kkkkk|boa|que isso|quase|F no chat|insano|vamooo'),
    sentences: list(`
      salve do interior|cheguei agora, boa noite|hoje vai dar bom|@{name} tu é brabo|não acredito nisso`),
    questions: list('que música é essa?|vai até que horas?|@{name} joga com os viewers?'),
  },
  de: {
    reactions: list('haha|stark|knapp|gg|oh nein|läuft'),
    sentences: list(`
      Grüße aus Köln|guten Abend zusammen|das war Absicht|@{name} du schaffst das|schöner Stream heute`),
    questions: list('welches Lied ist das?|wie lange heute noch?|habe ich was verpasst?'),
  },
  fr: {
    reactions: list('mdr|énorme|presque|gg|oh non|magnifique'),
    sentences: list('bonsoir tout le monde|salut de Lyon|@{name} trop fort|je m’y attendais pas|encore une et dodo'),
    questions: list('c’est quoi cette musique ?|tu finis à quelle heure ?|j’ai raté quoi ?'),
  },
  tr: {
    reactions: list('ahahaha|efsane|az kaldı|helal|gg|yok artık'),
    sentences: list('selam herkese|İzmir’den selamlar|@{name} kralsın|bugün çok iyi gidiyor|bunu beklemiyordum'),
    questions: list('şarkının adı ne?|kaça kadar yayın var?|ne kaçırdım?'),
  },
  ru: {
    reactions: list('ахахах|красава|почти|гг|ну нет|жёстко'),
    sentences: list('всем привет|привет из Казани|@{name} ты лучший|вот это поворот|ещё одну и спать'),
    questions: list('что за трек?|до скольки стрим?|что я пропустил?'),
  },
  ar: {
    reactions: list('ههههه|أسطوري|يا سلام|قريب جدا|مستحيل'),
    sentences: list('السلام عليكم جميعا|تحية من الرياض|@{name} أنت الأفضل|بث جميل اليوم'),
    questions: list('ما اسم الأغنية؟|إلى متى البث؟|ماذا فاتني؟'),
  },
  ja: {
    reactions: list('草|すごい|ナイス|惜しい|wwww|えぐい'),
    sentences: list('こんばんは|初見です、よろしくお願いします|@{name} がんばれ|今日も楽しい|まさかの展開'),
    questions: list('この曲なに？|何時までやりますか？|何があった？'),
  },
  pl: {
    reactions: list('hahaha|sztos|prawie|gg|o nie|piękne'),
    sentences: list('cześć wszystkim|pozdro z Gdańska|@{name} dasz radę|tego się nie spodziewałem'),
    questions: list('co to za kawałek?|do której dziś?|co mnie ominęło?'),
  },
}
