import { phrasesOf } from './name-words.ts'

/** Messages of one language; `{name}` is the streamer. */
export type Phrases = {
  readonly reactions: readonly string[]
  readonly sentences: readonly string[]
  readonly questions: readonly string[]
}

/** Emotes with the ids of the platform. */
export const emotes: readonly { id: number; name: string }[] = phrasesOf(`
  37226 KEKW|37227 LULW|37230 POLICE|37232 PogU|37239 WeSmart|39251 beeBobble|39254 EDMusiC|39261 catJAM
  39272 ppJedi|39286 SUSSY|4148074 HYPERCLAP|4148081 Clap`)
  .map((emote) => emote.split(' '))
  .map(([id, name]) => ({ id: Number(id), name: name! }))

/** Ends of messages. */
export const emoji: readonly string[] = ['😂', '🔥', '❤️', '👀', '🙏', '💀', '👏', '🎉', '😭', '🫡']

/** The phrases by language. */
export const phrases: Readonly<Record<string, Phrases>> = {
  en: {
    reactions: phrasesOf(`
      lol|LMAO|no way|W|gg|first try|clip it|what a play|so close|rip|let’s gooo|+1|HUGE|nice|true|same`),
    sentences: phrasesOf(`
      hello from work, don’t tell my boss|been watching since the first stream
      this is the best part of my day|told you it would work|that was planned, 100%
      I have to sleep but I can’t leave now|chat is moving fast today|the music is so good
      ok one more game and then bed|never seen that before|@{name} you got this
      @{name} drink some water|my stream just buffered, what happened|greetings to everyone in chat`),
    questions: phrasesOf(`
      what song is this?|how long are you live today?|is this ranked?
      @{name} which settings do you use?|did I miss it?|can you play with viewers?
      who won the last one?`),
  },
  es: {
    reactions: phrasesOf('jajaja|qué grande|vamos|no puede ser|F|épico|jajajaja no|casi'),
    sentences: phrasesOf(`
      saludos desde Perú|hola a todos, acabo de llegar|te veo desde el primer directo|hoy sí se gana
      @{name} eres el mejor|esto no me lo esperaba`),
    questions: phrasesOf('¿qué canción es?|¿hasta qué hora hoy?|¿qué me he perdido?|@{name} ¿juegas con subs?'),
  },
  pt: {
    reactions: phrasesOf('kkkkk|boa|que isso|quase|F no chat|insano|vamooo'),
    sentences: phrasesOf(`
      salve do interior|cheguei agora, boa noite|hoje vai dar bom|@{name} tu é brabo|não acredito nisso`),
    questions: phrasesOf('que música é essa?|vai até que horas?|@{name} joga com os viewers?'),
  },
  de: {
    reactions: phrasesOf('haha|stark|knapp|gg|oh nein|läuft'),
    sentences: phrasesOf(`
      Grüße aus Köln|guten Abend zusammen|das war Absicht|@{name} du schaffst das|schöner Stream heute`),
    questions: phrasesOf('welches Lied ist das?|wie lange heute noch?|habe ich was verpasst?'),
  },
  fr: {
    reactions: phrasesOf('mdr|énorme|presque|gg|oh non|magnifique'),
    sentences: phrasesOf(
      'bonsoir tout le monde|salut de Lyon|@{name} trop fort|je m’y attendais pas|encore une et dodo',
    ),
    questions: phrasesOf('c’est quoi cette musique ?|tu finis à quelle heure ?|j’ai raté quoi ?'),
  },
  tr: {
    reactions: phrasesOf('ahahaha|efsane|az kaldı|helal|gg|yok artık'),
    sentences: phrasesOf('selam herkese|İzmir’den selamlar|@{name} kralsın|bugün çok iyi gidiyor|bunu beklemiyordum'),
    questions: phrasesOf('şarkının adı ne?|kaça kadar yayın var?|ne kaçırdım?'),
  },
  ru: {
    reactions: phrasesOf('ахахах|красава|почти|гг|ну нет|жёстко'),
    sentences: phrasesOf('всем привет|привет из Казани|@{name} ты лучший|вот это поворот|ещё одну и спать'),
    questions: phrasesOf('что за трек?|до скольки стрим?|что я пропустил?'),
  },
  ar: {
    reactions: phrasesOf('ههههه|أسطوري|يا سلام|قريب جدا|مستحيل'),
    sentences: phrasesOf('السلام عليكم جميعا|تحية من الرياض|@{name} أنت الأفضل|بث جميل اليوم'),
    questions: phrasesOf('ما اسم الأغنية؟|إلى متى البث؟|ماذا فاتني؟'),
  },
  ja: {
    reactions: phrasesOf('草|すごい|ナイス|惜しい|wwww|えぐい'),
    sentences: phrasesOf('こんばんは|初見です、よろしくお願いします|@{name} がんばれ|今日も楽しい|まさかの展開'),
    questions: phrasesOf('この曲なに？|何時までやりますか？|何があった？'),
  },
  pl: {
    reactions: phrasesOf('hahaha|sztos|prawie|gg|o nie|piękne'),
    sentences: phrasesOf('cześć wszystkim|pozdro z Gdańska|@{name} dasz radę|tego się nie spodziewałem'),
    questions: phrasesOf('co to za kawałek?|do której dziś?|co mnie ominęło?'),
  },
}
