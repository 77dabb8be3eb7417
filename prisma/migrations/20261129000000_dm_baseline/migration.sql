-- Baseline of the schema `dm`: what is observed of channels, once for a tier of environments. Together with ClickHouse it may be shared by
-- several environments, each of which has a schema `public` of its own. Nothing here refers to `public`, so `dm` may live in another database.
--
-- How to read it: a section for each subject, a block for each table. COMMENT ON says what a table or column means, its unit and who writes it;
-- a comment in the code says why a constraint or index is there. Instants are timestamptz(3): whole milliseconds, UTC. Where nothing else is
-- said, "now" is the clock of the database. This file is frozen: a change of the schema is a new migration.

CREATE SCHEMA IF NOT EXISTS dm;
-- Searches for a part of a slug or name use its indexes (gin_trgm_ops).
CREATE EXTENSION IF NOT EXISTS pg_trgm;
-- The queue of jobs makes its tables in there by itself, at the first start.
CREATE SCHEMA IF NOT EXISTS pgboss;

-- =====================================================================================================================================
-- Case folding
-- =====================================================================================================================================

CREATE FUNCTION dm.fold_case(t text) RETURNS text LANGUAGE sql IMMUTABLE STRICT PARALLEL SAFE AS $$
  SELECT CASE WHEN octet_length(t) = char_length(t) THEN lower(t COLLATE "C")
  ELSE normalize(translate(
    replace(replace(replace(replace(replace(replace(replace(replace(replace(replace(replace(replace(replace(replace(replace(replace(replace(normalize(t, NFD),
      'ß', 'ss'), 'ŉ', 'ʼn'), 'և', 'եւ'), 'ẚ', 'aʾ'), 'ẞ', 'ss'), 'ﬀ', 'ff'), 'ﬁ', 'fi'), 'ﬂ', 'fl'), 'ﬃ', 'ffi'), 'ﬄ', 'ffl'), 'ﬅ', 'st'), 'ﬆ', 'st'), 'ﬓ', 'մն'), 'ﬔ', 'մե'), 'ﬕ', 'մի'), 'ﬖ', 'վն'), 'ﬗ', 'մխ'),
    -- From and to, a letter for a letter.
      'ABCDEFGHIJKLMNOPQRSTUVWXYZµÆÐØÞĐĦĲĿŁŊŒŦſƁƂƄƆƇƉƊƋƎƏƐƑƓƔƖƗƘƜƝƟƢƤƦƧƩƬƮƱƲƳƵƷƸƼǄǅǇǈǊǋǤǱǲǶǷȜȠȢȤȺȻȽȾɁɃɄɅɆɈɊ'
      'ɌɎͅͰͲͶͿΑΒΓΔΕΖΗΘΙΚΛΜΝΞΟΠΡΣΤΥΦΧΨΩςϏϐϑϕϖϘϚϜϞϠϢϤϦϨϪϬϮϰϱϴϵϷϹϺϽϾϿЂЄЅІЈЉЊЋЏАБВГДЕЖЗИКЛМНОПРСТУФХЦЧШЩЪЫЬЭЮЯѠ'
      'ѢѤѦѨѪѬѮѰѲѴѸѺѼѾҀҊҌҎҐҒҔҖҘҚҜҞҠҢҤҦҨҪҬҮҰҲҴҶҸҺҼҾӀӃӅӇӉӋӍӔӘӠӨӶӺӼӾԀԂԄԆԈԊԌԎԐԒԔԖԘԚԜԞԠԢԤԦԨԪԬԮԱԲԳԴԵԶԷԸԹԺԻԼԽԾԿՀՁՂՃ'
      'ՄՅՆՇՈՉՊՋՌՍՎՏՐՑՒՓՔՕՖႠႡႢႣႤႥႦႧႨႩႪႫႬႭႮႯႰႱႲႳႴႵႶႷႸႹႺႻႼႽႾႿჀჁჂჃჄჅჇჍᏸᏹᏺᏻᏼᏽᲀᲁᲂᲃᲄᲅᲆᲇᲈᲉᲐᲑᲒᲓᲔᲕᲖᲗᲘᲙᲚᲛᲜᲝᲞᲟᲠᲡᲢᲣᲤᲥᲦᲧᲨ'
      'ᲩᲪᲫᲬᲭᲮᲯᲰᲱᲲᲳᲴᲵᲶᲷᲸᲹᲺᲽᲾᲿỺỼỾℲⅠⅡⅢⅣⅤⅥⅦⅧⅨⅩⅪⅫⅬⅭⅮⅯↃⒶⒷⒸⒹⒺⒻⒼⒽⒾⒿⓀⓁⓂⓃⓄⓅⓆⓇⓈⓉⓊⓋⓌⓍⓎⓏⰀⰁⰂⰃⰄⰅⰆⰇⰈⰉⰊⰋⰌⰍⰎⰏⰐⰑⰒⰓⰔⰕⰖⰗⰘⰙⰚⰛⰜⰝⰞⰟ'
      'ⰠⰡⰢⰣⰤⰥⰦⰧⰨⰩⰪⰫⰬⰭⰮⰯⱠⱢⱣⱤⱧⱩⱫⱭⱮⱯⱰⱲⱵⱾⱿⲀⲂⲄⲆⲈⲊⲌⲎⲐⲒⲔⲖⲘⲚⲜⲞⲠⲢⲤⲦⲨⲪⲬⲮⲰⲲⲴⲶⲸⲺⲼⲾⳀⳂⳄⳆⳈⳊⳌⳎⳐⳒⳔⳖⳘⳚⳜⳞⳠⳢⳫⳭⳲꙀꙂꙄꙆꙈꙊꙌꙎꙐꙒꙔꙖꙘꙚꙜꙞ'
      'ꙠꙢꙤꙦꙨꙪꙬꚀꚂꚄꚆꚈꚊꚌꚎꚐꚒꚔꚖꚘꚚꜢꜤꜦꜨꜪꜬꜮꜲꜴꜶꜸꜺꜼꜾꝀꝂꝄꝆꝈꝊꝌꝎꝐꝒꝔꝖꝘꝚꝜꝞꝠꝢꝤꝦꝨꝪꝬꝮꝹꝻꝽꝾꞀꞂꞄꞆꞋꞍꞐꞒꞖꞘꞚꞜꞞꞠꞢꞤꞦꞨꞪꞫꞬꞭꞮꞰꞱꞲꞳꞴꞶꞸꞺꞼꞾꟀꟂꟄꟅ'
      'ꟆꟇꟉꟋꟌ꟎Ꟑ꟒꟔ꟖꟘꟚꟜꟵꭰꭱꭲꭳꭴꭵꭶꭷꭸꭹꭺꭻꭼꭽꭾꭿꮀꮁꮂꮃꮄꮅꮆꮇꮈꮉꮊꮋꮌꮍꮎꮏꮐꮑꮒꮓꮔꮕꮖꮗꮘꮙꮚꮛꮜꮝꮞꮟꮠꮡꮢꮣꮤꮥꮦꮧꮨꮩꮪꮫꮬꮭꮮꮯꮰꮱꮲꮳꮴꮵꮶꮷꮸꮹꮺꮻꮼꮽꮾꮿＡＢＣＤＥＦ'
      'ＧＨＩＪＫＬＭＮＯＰＱＲＳＴＵＶＷＸＹＺ𐐀𐐁𐐂𐐃𐐄𐐅𐐆𐐇𐐈𐐉𐐊𐐋𐐌𐐍𐐎𐐏𐐐𐐑𐐒𐐓𐐔𐐕𐐖𐐗𐐘𐐙𐐚𐐛𐐜𐐝𐐞𐐟𐐠𐐡𐐢𐐣𐐤𐐥𐐦𐐧𐒰𐒱𐒲𐒳𐒴𐒵𐒶𐒷𐒸𐒹𐒺𐒻𐒼𐒽𐒾𐒿𐓀𐓁𐓂𐓃𐓄𐓅𐓆𐓇𐓈𐓉𐓊𐓋𐓌𐓍𐓎𐓏𐓐𐓑𐓒𐓓𐕰𐕱𐕲𐕳'
      '𐕴𐕵𐕶𐕷𐕸𐕹𐕺𐕼𐕽𐕾𐕿𐖀𐖁𐖂𐖃𐖄𐖅𐖆𐖇𐖈𐖉𐖊𐖌𐖍𐖎𐖏𐖐𐖑𐖒𐖔𐖕𐲀𐲁𐲂𐲃𐲄𐲅𐲆𐲇𐲈𐲉𐲊𐲋𐲌𐲍𐲎𐲏𐲐𐲑𐲒𐲓𐲔𐲕𐲖𐲗𐲘𐲙𐲚𐲛𐲜𐲝𐲞𐲟𐲠𐲡𐲢𐲣𐲤𐲥𐲦𐲧𐲨𐲩𐲪𐲫𐲬𐲭𐲮𐲯𐲰𐲱𐲲𐵐𐵑𐵒𐵓𐵔𐵕𐵖𐵗𐵘𐵙𐵚𐵛𐵜𐵝𐵞𐵟𐵠𐵡'
      '𐵢𐵣𐵤𐵥𑢠𑢡𑢢𑢣𑢤𑢥𑢦𑢧𑢨𑢩𑢪𑢫𑢬𑢭𑢮𑢯𑢰𑢱𑢲𑢳𑢴𑢵𑢶𑢷𑢸𑢹𑢺𑢻𑢼𑢽𑢾𑢿𖹀𖹁𖹂𖹃𖹄𖹅𖹆𖹇𖹈𖹉𖹊𖹋𖹌𖹍𖹎𖹏𖹐𖹑𖹒𖹓𖹔𖹕𖹖𖹗𖹘𖹙𖹚𖹛𖹜𖹝𖹞𖹟𖺠𖺡𖺢𖺣𖺤𖺥𖺦𖺧𖺨𖺩𖺪𖺫𖺬𖺭𖺮𖺯𖺰𖺱𖺲𖺳𖺴𖺵𖺶𖺷𖺸𞤀𞤁𞤂𞤃𞤄𞤅𞤆'
      '𞤇𞤈𞤉𞤊𞤋𞤌𞤍𞤎𞤏𞤐𞤑𞤒𞤓𞤔𞤕𞤖𞤗𞤘𞤙𞤚𞤛𞤜𞤝𞤞𞤟𞤠𞤡',
      'abcdefghijklmnopqrstuvwxyzμæðøþđħĳŀłŋœŧsɓƃƅɔƈɖɗƌǝəɛƒɠɣɩɨƙɯɲɵƣƥʀƨʃƭʈʊʋƴƶʒƹƽǆǆǉǉǌǌǥǳǳƕƿȝƞȣȥⱥȼƚⱦɂƀʉʌɇɉɋ'
      'ɍɏιͱͳͷϳαβγδεζηθικλμνξοπρστυφχψωσϗβθφπϙϛϝϟϡϣϥϧϩϫϭϯκρθεϸϲϻͻͼͽђєѕіјљњћџабвгдежзиклмнопрстуфхцчшщъыьэюяѡ'
      'ѣѥѧѩѫѭѯѱѳѵѹѻѽѿҁҋҍҏґғҕҗҙқҝҟҡңҥҧҩҫҭүұҳҵҷҹһҽҿӏӄӆӈӊӌӎӕәӡөӷӻӽӿԁԃԅԇԉԋԍԏԑԓԕԗԙԛԝԟԡԣԥԧԩԫԭԯաբգդեզէըթժիլխծկհձղճ'
      'մյնշոչպջռսվտրցւփքօֆⴀⴁⴂⴃⴄⴅⴆⴇⴈⴉⴊⴋⴌⴍⴎⴏⴐⴑⴒⴓⴔⴕⴖⴗⴘⴙⴚⴛⴜⴝⴞⴟⴠⴡⴢⴣⴤⴥⴧⴭᏰᏱᏲᏳᏴᏵвдосттъѣꙋᲊაბგდევზთიკლმნოპჟრსტუფქღყშ'
      'ჩცძწჭხჯჰჱჲჳჴჵჶჷჸჹჺჽჾჿỻỽỿⅎⅰⅱⅲⅳⅴⅵⅶⅷⅸⅹⅺⅻⅼⅽⅾⅿↄⓐⓑⓒⓓⓔⓕⓖⓗⓘⓙⓚⓛⓜⓝⓞⓟⓠⓡⓢⓣⓤⓥⓦⓧⓨⓩⰰⰱⰲⰳⰴⰵⰶⰷⰸⰹⰺⰻⰼⰽⰾⰿⱀⱁⱂⱃⱄⱅⱆⱇⱈⱉⱊⱋⱌⱍⱎⱏ'
      'ⱐⱑⱒⱓⱔⱕⱖⱗⱘⱙⱚⱛⱜⱝⱞⱟⱡɫᵽɽⱨⱪⱬɑɱɐɒⱳⱶȿɀⲁⲃⲅⲇⲉⲋⲍⲏⲑⲓⲕⲗⲙⲛⲝⲟⲡⲣⲥⲧⲩⲫⲭⲯⲱⲳⲵⲷⲹⲻⲽⲿⳁⳃⳅⳇⳉⳋⳍⳏⳑⳓⳕⳗⳙⳛⳝⳟⳡⳣⳬⳮⳳꙁꙃꙅꙇꙉꙋꙍꙏꙑꙓꙕꙗꙙꙛꙝꙟ'
      'ꙡꙣꙥꙧꙩꙫꙭꚁꚃꚅꚇꚉꚋꚍꚏꚑꚓꚕꚗꚙꚛꜣꜥꜧꜩꜫꜭꜯꜳꜵꜷꜹꜻꜽꜿꝁꝃꝅꝇꝉꝋꝍꝏꝑꝓꝕꝗꝙꝛꝝꝟꝡꝣꝥꝧꝩꝫꝭꝯꝺꝼᵹꝿꞁꞃꞅꞇꞌɥꞑꞓꞗꞙꞛꞝꞟꞡꞣꞥꞧꞩɦɜɡɬɪʞʇʝꭓꞵꞷꞹꞻꞽꞿꟁꟃꞔʂ'
      'ᶎꟈꟊɤꟍ꟏ꟑꟓꟕꟗꟙꟛƛꟶᎠᎡᎢᎣᎤᎥᎦᎧᎨᎩᎪᎫᎬᎭᎮᎯᎰᎱᎲᎳᎴᎵᎶᎷᎸᎹᎺᎻᎼᎽᎾᎿᏀᏁᏂᏃᏄᏅᏆᏇᏈᏉᏊᏋᏌᏍᏎᏏᏐᏑᏒᏓᏔᏕᏖᏗᏘᏙᏚᏛᏜᏝᏞᏟᏠᏡᏢᏣᏤᏥᏦᏧᏨᏩᏪᏫᏬᏭᏮᏯａｂｃｄｅｆ'
      'ｇｈｉｊｋｌｍｎｏｐｑｒｓｔｕｖｗｘｙｚ𐐨𐐩𐐪𐐫𐐬𐐭𐐮𐐯𐐰𐐱𐐲𐐳𐐴𐐵𐐶𐐷𐐸𐐹𐐺𐐻𐐼𐐽𐐾𐐿𐑀𐑁𐑂𐑃𐑄𐑅𐑆𐑇𐑈𐑉𐑊𐑋𐑌𐑍𐑎𐑏𐓘𐓙𐓚𐓛𐓜𐓝𐓞𐓟𐓠𐓡𐓢𐓣𐓤𐓥𐓦𐓧𐓨𐓩𐓪𐓫𐓬𐓭𐓮𐓯𐓰𐓱𐓲𐓳𐓴𐓵𐓶𐓷𐓸𐓹𐓺𐓻𐖗𐖘𐖙𐖚'
      '𐖛𐖜𐖝𐖞𐖟𐖠𐖡𐖣𐖤𐖥𐖦𐖧𐖨𐖩𐖪𐖫𐖬𐖭𐖮𐖯𐖰𐖱𐖳𐖴𐖵𐖶𐖷𐖸𐖹𐖻𐖼𐳀𐳁𐳂𐳃𐳄𐳅𐳆𐳇𐳈𐳉𐳊𐳋𐳌𐳍𐳎𐳏𐳐𐳑𐳒𐳓𐳔𐳕𐳖𐳗𐳘𐳙𐳚𐳛𐳜𐳝𐳞𐳟𐳠𐳡𐳢𐳣𐳤𐳥𐳦𐳧𐳨𐳩𐳪𐳫𐳬𐳭𐳮𐳯𐳰𐳱𐳲𐵰𐵱𐵲𐵳𐵴𐵵𐵶𐵷𐵸𐵹𐵺𐵻𐵼𐵽𐵾𐵿𐶀𐶁'
      '𐶂𐶃𐶄𐶅𑣀𑣁𑣂𑣃𑣄𑣅𑣆𑣇𑣈𑣉𑣊𑣋𑣌𑣍𑣎𑣏𑣐𑣑𑣒𑣓𑣔𑣕𑣖𑣗𑣘𑣙𑣚𑣛𑣜𑣝𑣞𑣟𖹠𖹡𖹢𖹣𖹤𖹥𖹦𖹧𖹨𖹩𖹪𖹫𖹬𖹭𖹮𖹯𖹰𖹱𖹲𖹳𖹴𖹵𖹶𖹷𖹸𖹹𖹺𖹻𖹼𖹽𖹾𖹿𖺻𖺼𖺽𖺾𖺿𖻀𖻁𖻂𖻃𖻄𖻅𖻆𖻇𖻈𖻉𖻊𖻋𖻌𖻍𖻎𖻏𖻐𖻑𖻒𖻓𞤢𞤣𞤤𞤥𞤦𞤧𞤨'
      '𞤩𞤪𞤫𞤬𞤭𞤮𞤯𞤰𞤱𞤲𞤳𞤴𞤵𞤶𞤷𞤸𞤹𞤺𞤻𞤼𞤽𞤾𞤿𞥀𞥁𞥂𞥃'
  ), NFC) END
$$;

COMMENT ON FUNCTION dm.fold_case(text) IS
  'Full Unicode case folding of canonically equal texts ("canonical caseless matching"): two texts have the same result if they differ only by case, or by how their marks are composed. Postgres has casefold() from version 18 on only. Text of ASCII alone takes the short way.';

-- =====================================================================================================================================
-- Channels
-- =====================================================================================================================================

CREATE TABLE dm.streamer_channel (
  id                    bigserial CONSTRAINT streamer_channel_pkey PRIMARY KEY,
  external_id           text NOT NULL CONSTRAINT streamer_channel_external_id_key UNIQUE,
  platform              text NOT NULL,
  platform_user_id      text NOT NULL,
  current_slug          text,
  display_name          text,
  folded_name           text GENERATED ALWAYS AS (dm.fold_case(display_name)) STORED,
  avatar_url            text,
  bio                   text,
  follower_count        integer,
  status                text NOT NULL DEFAULT 'unknown',
  is_live               boolean NOT NULL GENERATED ALWAYS AS (status = 'online') STORED,
  is_banned             boolean NOT NULL DEFAULT false,
  last_seen_online_at   timestamptz(3),
  last_status_change_at timestamptz(3),
  first_seen_at         timestamptz(3) NOT NULL DEFAULT now(),
  last_seen_at          timestamptz(3) NOT NULL DEFAULT now(),
  updated_at            timestamptz(3) NOT NULL DEFAULT now(),
  profile_observed_at   timestamptz(3) NOT NULL DEFAULT 'epoch',
  slug_observed_at      timestamptz(3) NOT NULL DEFAULT 'epoch',
  status_observed_at    timestamptz(3) NOT NULL DEFAULT 'epoch',
  -- The identity of a channel.
  CONSTRAINT streamer_channel_platform_user_key UNIQUE (platform, platform_user_id),
  -- One holder of a slug at a time. NULLs are distinct: any number of channels may have none.
  CONSTRAINT streamer_channel_platform_slug_key UNIQUE (platform, current_slug),
  CONSTRAINT chk_channel_platform CHECK (platform IN ('kick', 'twitch', 'x')),
  CONSTRAINT chk_channel_user_id CHECK (platform_user_id <> ''),
  CONSTRAINT chk_channel_slug CHECK (current_slug <> '' AND current_slug = lower(current_slug)),
  CONSTRAINT chk_channel_status CHECK (status IN ('online', 'offline', 'unknown')),
  -- A ULID in Crockford's base 32; its first character is at most 7.
  CONSTRAINT chk_channel_external_id CHECK (external_id ~ '^[0-7][0-9A-HJKMNP-TV-Z]{25}$'),
  -- Five minutes of tolerance for a clock that runs ahead.
  CONSTRAINT chk_channel_last_seen_online CHECK (last_seen_online_at <= now() + interval '5 minutes')
);
-- One index for each order in which channels are listed, a page at a time; `id` makes each order total.
CREATE INDEX idx_channel_status ON dm.streamer_channel (status, id);
CREATE INDEX idx_channel_last_seen ON dm.streamer_channel (last_seen_at DESC, id DESC);
CREATE INDEX idx_channel_first_seen ON dm.streamer_channel (first_seen_at DESC, id DESC);
-- Channels whose followers are not known come last.
CREATE INDEX idx_channel_followers ON dm.streamer_channel ((coalesce(follower_count, -1)) DESC, id DESC);
-- Channels without a slug come last: no slug sorts after '~'.
CREATE INDEX idx_channel_slug_order ON dm.streamer_channel ((coalesce(current_slug, '~') COLLATE "C"), id);
-- Searches for a part of the slug or of the name.
CREATE INDEX idx_channel_slug_search ON dm.streamer_channel USING gin (current_slug gin_trgm_ops);
CREATE INDEX idx_channel_name_search ON dm.streamer_channel USING gin (folded_name gin_trgm_ops);

COMMENT ON TABLE dm.streamer_channel IS 'One row for each account that was ever observed on a platform. Platform and user id identify it; the slug is a label that can change.';
COMMENT ON COLUMN dm.streamer_channel.id IS 'The channel within this program; other tables refer to it.';
COMMENT ON COLUMN dm.streamer_channel.external_id IS 'ULID of the channel, for callers. Made by the writer of the row.';
COMMENT ON COLUMN dm.streamer_channel.platform IS 'kick, twitch or x.';
COMMENT ON COLUMN dm.streamer_channel.platform_user_id IS 'The account as the platform identifies it.';
COMMENT ON COLUMN dm.streamer_channel.current_slug IS 'Last name in the address of the channel that was observed, in lower case. Null from when another channel was seen under it until it is looked up again.';
COMMENT ON COLUMN dm.streamer_channel.display_name IS 'Name as the platform shows it.';
COMMENT ON COLUMN dm.streamer_channel.folded_name IS 'The display name with its case folded, for searches. Generated by the database, never written.';
COMMENT ON COLUMN dm.streamer_channel.avatar_url IS 'Address of the picture.';
COMMENT ON COLUMN dm.streamer_channel.bio IS 'What the channel says about itself.';
COMMENT ON COLUMN dm.streamer_channel.follower_count IS 'Followers as the platform last told them; null where it never did.';
COMMENT ON COLUMN dm.streamer_channel.status IS 'online, offline, or unknown until it was first observed. Written from probes and webhooks.';
COMMENT ON COLUMN dm.streamer_channel.is_live IS 'Whether the status is online. Generated by the database, never written.';
COMMENT ON COLUMN dm.streamer_channel.is_banned IS 'Whether the platform no longer shows the account: several lookups by its id in a row did not find it.';
COMMENT ON COLUMN dm.streamer_channel.last_seen_online_at IS 'Latest instant at which a broadcast was seen.';
COMMENT ON COLUMN dm.streamer_channel.last_status_change_at IS 'When the status last changed on the platform.';
COMMENT ON COLUMN dm.streamer_channel.first_seen_at IS 'When the channel was first observed.';
COMMENT ON COLUMN dm.streamer_channel.last_seen_at IS 'Latest instant of any observation.';
COMMENT ON COLUMN dm.streamer_channel.updated_at IS 'When the row was last written.';
COMMENT ON COLUMN dm.streamer_channel.profile_observed_at IS 'Instant of the newest observation applied to name, picture, bio, followers and ban. An older one never overwrites it.';
COMMENT ON COLUMN dm.streamer_channel.slug_observed_at IS 'Instant of the newest observation applied to the slug. An older one never overwrites it.';
COMMENT ON COLUMN dm.streamer_channel.status_observed_at IS 'Instant of the newest observation that changed the status.';

CREATE TABLE dm.streamer_channel_slug_history (
  channel_id     bigint NOT NULL CONSTRAINT streamer_channel_slug_history_channel_id_fkey REFERENCES dm.streamer_channel (id) ON DELETE CASCADE,
  slug           text NOT NULL,
  observed_from  timestamptz(3) NOT NULL,
  observed_until timestamptz(3),
  CONSTRAINT streamer_channel_slug_history_pkey PRIMARY KEY (channel_id, observed_from),
  CONSTRAINT chk_slug_history_slug CHECK (slug <> '' AND slug = lower(slug)),
  CONSTRAINT chk_slug_history_period CHECK (observed_until > observed_from)
);
-- Who had a slug, the latest first.
CREATE INDEX idx_slug_history_slug ON dm.streamer_channel_slug_history (slug, observed_from DESC);
-- At most one period of a channel is open.
CREATE UNIQUE INDEX uq_slug_history_open ON dm.streamer_channel_slug_history (channel_id) WHERE observed_until IS NULL;

COMMENT ON TABLE dm.streamer_channel_slug_history IS 'Every slug that a channel was seen under, as half-open periods. Written together with the channel.';
COMMENT ON COLUMN dm.streamer_channel_slug_history.channel_id IS 'The channel.';
COMMENT ON COLUMN dm.streamer_channel_slug_history.slug IS 'The slug, in lower case.';
COMMENT ON COLUMN dm.streamer_channel_slug_history.observed_from IS 'When the channel was first seen under it.';
COMMENT ON COLUMN dm.streamer_channel_slug_history.observed_until IS 'When it was first seen under another one, or another channel under this one. Null while the period is open.';

-- =====================================================================================================================================
-- Sessions and the journal of status events
-- =====================================================================================================================================

CREATE TABLE dm.stream_session (
  id                  bigserial CONSTRAINT stream_session_pkey PRIMARY KEY,
  channel_id          bigint NOT NULL CONSTRAINT stream_session_channel_id_fkey REFERENCES dm.streamer_channel (id) ON DELETE CASCADE,
  started_at          timestamptz(3) NOT NULL,
  ended_at            timestamptz(3),
  end_source          text,
  platform_stream_id  text,
  title               text,
  category            text,
  language            text,
  last_live_at        timestamptz(3),
  told_live_at        timestamptz(3),
  details_observed_at timestamptz(3) NOT NULL DEFAULT 'epoch',
  created_at          timestamptz(3) NOT NULL DEFAULT now(),
  updated_at          timestamptz(3) NOT NULL DEFAULT now(),
  -- The identity of a broadcast: a late end can only close the session that it names.
  CONSTRAINT stream_session_channel_started_key UNIQUE (channel_id, started_at),
  CONSTRAINT chk_session_end CHECK (ended_at >= started_at),
  CONSTRAINT chk_session_end_source CHECK ((ended_at IS NULL) = (end_source IS NULL) AND end_source IN ('poll', 'webhook', 'operator'))
);
-- At most one session of a channel has no end.
CREATE UNIQUE INDEX uq_session_open ON dm.stream_session (channel_id) WHERE ended_at IS NULL;

COMMENT ON TABLE dm.stream_session IS 'One row for each broadcast. Derived from probes and webhooks, which may come late, repeated and in any order.';
COMMENT ON COLUMN dm.stream_session.id IS 'The session within this program.';
COMMENT ON COLUMN dm.stream_session.channel_id IS 'The channel that broadcast.';
COMMENT ON COLUMN dm.stream_session.started_at IS 'Start of the broadcast, as the platform tells it.';
COMMENT ON COLUMN dm.stream_session.ended_at IS 'Where the platform said that it ended, or where it was last seen. Null while it is on.';
COMMENT ON COLUMN dm.stream_session.end_source IS 'Who said that it ended: webhook or operator; poll where that was inferred from probes. Null while it is on.';
COMMENT ON COLUMN dm.stream_session.platform_stream_id IS 'The broadcast as the platform identifies it; null where it does not.';
COMMENT ON COLUMN dm.stream_session.title IS 'Latest title that was observed.';
COMMENT ON COLUMN dm.stream_session.category IS 'Latest category that was observed.';
COMMENT ON COLUMN dm.stream_session.language IS 'Latest language that was observed, as the platform writes it.';
COMMENT ON COLUMN dm.stream_session.last_live_at IS 'When a probe last saw it, where dm.probe_schedule does not know that any more.';
COMMENT ON COLUMN dm.stream_session.told_live_at IS 'When the platform last said, without being asked, that it was on. Null where it never did.';
COMMENT ON COLUMN dm.stream_session.details_observed_at IS 'When title, category and language were as they are here. Older ones never overwrite them.';
COMMENT ON COLUMN dm.stream_session.created_at IS 'When the row was made.';
COMMENT ON COLUMN dm.stream_session.updated_at IS 'When the row was last written.';

CREATE TABLE dm.told_end (
  id                 bigserial CONSTRAINT told_end_pkey PRIMARY KEY,
  channel_id         bigint NOT NULL CONSTRAINT told_end_channel_id_fkey REFERENCES dm.streamer_channel (id) ON DELETE CASCADE,
  ended_at           timestamptz(3) NOT NULL,
  started_at         timestamptz(3),
  platform_stream_id text,
  source             text NOT NULL,
  CONSTRAINT chk_told_end_name CHECK (started_at IS NULL OR platform_stream_id IS NULL),
  CONSTRAINT chk_told_end_order CHECK (ended_at >= started_at),
  CONSTRAINT chk_told_end_source CHECK (source IN ('webhook', 'operator'))
);
-- The same end told twice is one row; NULL has to count as a value here.
CREATE UNIQUE INDEX uq_told_end ON dm.told_end (channel_id, ended_at, coalesce(started_at, '-infinity'), coalesce(platform_stream_id, ''), source);

COMMENT ON TABLE dm.told_end IS 'What the platforms said about ends of broadcasts, kept as it was said. Which broadcast an end belongs to, and whether it stands, follows from everything that is known, and more may become known later.';
COMMENT ON COLUMN dm.told_end.id IS 'The row.';
COMMENT ON COLUMN dm.told_end.channel_id IS 'The channel whose broadcast ended.';
COMMENT ON COLUMN dm.told_end.ended_at IS 'When it ended.';
COMMENT ON COLUMN dm.told_end.started_at IS 'Start of the broadcast that the platform names. Null where it names it by its id, or does not say which one ended.';
COMMENT ON COLUMN dm.told_end.platform_stream_id IS 'Id of the broadcast that the platform names. Null where it names it by its start, or does not say which one ended.';
COMMENT ON COLUMN dm.told_end.source IS 'Who said so: webhook or operator.';

CREATE SEQUENCE dm.status_event_id_seq AS bigint;
CREATE TABLE dm.status_event (
  id                  bigint NOT NULL DEFAULT nextval('dm.status_event_id_seq'),
  channel_id          bigint NOT NULL CONSTRAINT status_event_channel_id_fkey REFERENCES dm.streamer_channel (id) ON DELETE CASCADE,
  session_started_at  timestamptz(3),
  event_type          text NOT NULL,
  previous_status     text NOT NULL,
  new_status          text NOT NULL,
  source              text NOT NULL,
  platform_event_id   text,
  event_timestamp     timestamptz(3) NOT NULL,
  received_timestamp  timestamptz(3) NOT NULL,
  processed_timestamp timestamptz(3) NOT NULL DEFAULT clock_timestamp(),
  event_data          jsonb,
  -- A key of a partitioned table has to contain what it is partitioned by.
  CONSTRAINT status_event_pkey PRIMARY KEY (id, processed_timestamp),
  CONSTRAINT chk_event_type CHECK (event_type IN ('stream_start', 'stream_end', 'connection_test')),
  CONSTRAINT chk_event_previous_status CHECK (previous_status IN ('online', 'offline', 'unknown')),
  CONSTRAINT chk_event_new_status CHECK (new_status IN ('online', 'offline', 'unknown')),
  CONSTRAINT chk_event_source CHECK (source IN ('poll', 'webhook', 'operator')),
  CONSTRAINT chk_timestamp_order CHECK (received_timestamp >= event_timestamp AND processed_timestamp >= received_timestamp)
) PARTITION BY RANGE (processed_timestamp);
ALTER SEQUENCE dm.status_event_id_seq OWNED BY dm.status_event.id;
-- Events of one channel, the latest first.
CREATE INDEX idx_status_event_channel ON dm.status_event (channel_id, id DESC);
-- Events of a range of time.
CREATE INDEX idx_status_event_timestamp ON dm.status_event (event_timestamp);
-- Retention reads by it. A range of events bounds it too, so that whole months are left out.
CREATE INDEX idx_status_event_processed ON dm.status_event (processed_timestamp);
-- Takes what no month covers, so that a missing partition never refuses an event.
CREATE TABLE dm.status_event_default PARTITION OF dm.status_event DEFAULT;

COMMENT ON TABLE dm.status_event IS 'The journal: what was told about the status of channels, one partition for each month of processing. Ids are given under an advisory lock that is held until the commit, so that the order of ids is the order of commits.';
COMMENT ON COLUMN dm.status_event.id IS 'Place in the journal. Cursors of subscribers consist of it and of the epoch of the journal.';
COMMENT ON COLUMN dm.status_event.channel_id IS 'The channel.';
COMMENT ON COLUMN dm.status_event.session_started_at IS 'Start of the broadcast that began or ended.';
COMMENT ON COLUMN dm.status_event.event_type IS 'stream_start, stream_end or connection_test.';
COMMENT ON COLUMN dm.status_event.previous_status IS 'Status that was told before this event.';
COMMENT ON COLUMN dm.status_event.new_status IS 'Status from this event on. The previous one where the event tells of a past broadcast.';
COMMENT ON COLUMN dm.status_event.source IS 'Who told us: poll, webhook or operator.';
COMMENT ON COLUMN dm.status_event.platform_event_id IS 'Id of the message of the platform, if there was one.';
COMMENT ON COLUMN dm.status_event.event_timestamp IS 'When it happened on the platform.';
COMMENT ON COLUMN dm.status_event.received_timestamp IS 'When we received it.';
COMMENT ON COLUMN dm.status_event.processed_timestamp IS 'When the database was updated.';
COMMENT ON COLUMN dm.status_event.event_data IS 'More about the event as a JSON object; null where there is nothing more to say.';

CREATE FUNCTION dm.ensure_status_event_partitions(ahead integer) RETURNS void LANGUAGE plpgsql AS $$
DECLARE
  month timestamptz;
BEGIN
  PERFORM pg_advisory_xact_lock(hashtext('dm.status_event partitions'));
  FOR step IN 0..ahead LOOP
    month := date_trunc('month', now() AT TIME ZONE 'UTC') AT TIME ZONE 'UTC' + make_interval(months => step);
    IF to_regclass(format('dm.%I', 'status_event_' || to_char(month AT TIME ZONE 'UTC', 'YYYYMM'))) IS NULL
       AND NOT EXISTS (SELECT FROM dm.status_event_default WHERE processed_timestamp >= month
                         AND processed_timestamp < month + interval '1 month') THEN
      EXECUTE format('CREATE TABLE dm.%I PARTITION OF dm.status_event FOR VALUES FROM (%L) TO (%L)',
        'status_event_' || to_char(month AT TIME ZONE 'UTC', 'YYYYMM'), month, month + interval '1 month');
    END IF;
  END LOOP;
END $$;
SELECT dm.ensure_status_event_partitions(2);

COMMENT ON FUNCTION dm.ensure_status_event_partitions(integer) IS 'Makes the partitions of this month and of the given number of months after it. A month that already has events in the default partition stays there. Safe to repeat and to run from several processes at once.';

CREATE FUNCTION dm.drop_oldest_status_events(days integer) RETURNS text LANGUAGE plpgsql AS $$
DECLARE
  oldest regclass;
  last_id bigint;
  name text;
BEGIN
  SELECT p.part INTO oldest FROM (
    SELECT c.oid::regclass AS part,
      substring(pg_get_expr(c.relpartbound, c.oid) FROM 'TO \(''([^'']+)''\)')::timestamptz AS ends
    FROM pg_inherits i JOIN pg_class c ON c.oid = i.inhrelid WHERE i.inhparent = 'dm.status_event'::regclass) p
  WHERE p.ends <= now() - make_interval(days => days) ORDER BY p.ends LIMIT 1;
  IF oldest IS NULL THEN
    RETURN NULL;
  END IF;
  name := oldest::text;
  PERFORM set_config('lock_timeout', '500ms', true);
  LOCK TABLE dm.streamer_channel, dm.status_event IN ACCESS EXCLUSIVE MODE;
  EXECUTE format('SELECT coalesce(max(id), 0) FROM %s', oldest) INTO last_id;
  UPDATE dm.status_journal SET pruned_through = greatest(pruned_through, last_id);
  EXECUTE format('DROP TABLE %s', oldest);
  RETURN name;
END $$;

-- Whoever waits for the locks of this function makes everybody behind wait, hence the timeout. The partition can not go without a lock on the
-- table that its foreign key refers to; that lock comes first, because those who write events take them in this order.
COMMENT ON FUNCTION dm.drop_oldest_status_events(integer) IS 'Drops the oldest month of the journal that has been over for longer than the given number of days, and notes that in dm.status_journal in the same transaction. Returns the name of the partition, null when there is none. Gives up after half a second of waiting for locks (lock_not_available).';

CREATE TABLE dm.status_journal (
  singleton      boolean CONSTRAINT status_journal_pkey PRIMARY KEY DEFAULT true,
  epoch          uuid NOT NULL DEFAULT gen_random_uuid(),
  pruned_through bigint NOT NULL DEFAULT 0,
  CONSTRAINT chk_journal_singleton CHECK (singleton)
);
INSERT INTO dm.status_journal DEFAULT VALUES;

COMMENT ON TABLE dm.status_journal IS 'One row: which journal this is, and how far retention has removed it.';
COMMENT ON COLUMN dm.status_journal.singleton IS 'Always true, so that there is one row.';
COMMENT ON COLUMN dm.status_journal.epoch IS 'Identifies this journal; a cursor of another one is refused.';
COMMENT ON COLUMN dm.status_journal.pruned_through IS 'The greatest id of an event that retention has removed; 0 before the first.';

-- =====================================================================================================================================
-- Polling
-- =====================================================================================================================================

CREATE TABLE dm.probe_schedule (
  channel_id           bigint CONSTRAINT probe_schedule_pkey PRIMARY KEY
                       CONSTRAINT probe_schedule_channel_id_fkey REFERENCES dm.streamer_channel (id) ON DELETE CASCADE,
  active               boolean NOT NULL DEFAULT true,
  next_probe_at        timestamptz(3) NOT NULL DEFAULT now(),
  interval_seconds     integer NOT NULL DEFAULT 60,
  last_probed_at       timestamptz(3),
  last_live_at         timestamptz(3),
  live_started_at      timestamptz(3),
  last_missed_at       timestamptz(3),
  missed_before_at     timestamptz(3),
  consecutive_failures integer NOT NULL DEFAULT 0,
  lease_token          bigint NOT NULL DEFAULT 0,
  leased_until         timestamptz(3),
  lease_id             uuid,
  profile_due_at       timestamptz(3) NOT NULL DEFAULT now(),
  profile_misses       integer NOT NULL DEFAULT 0,
  profile_lease_id     uuid,
  followers_due_at     timestamptz(3) NOT NULL DEFAULT now(),
  followers_asked_at   timestamptz(3),
  followers_told       integer,
  followers_lease_id   uuid,
  CONSTRAINT chk_schedule_interval CHECK (interval_seconds BETWEEN 1 AND 86400),
  CONSTRAINT chk_schedule_failures CHECK (consecutive_failures >= 0)
) WITH (fillfactor = 70); -- Each probe updates its row: with room in the page the new version stays in it.
-- What is due, for each of the three questions that a platform is asked.
CREATE INDEX idx_probe_schedule_due ON dm.probe_schedule (next_probe_at) WHERE active;
CREATE INDEX idx_probe_schedule_profile_due ON dm.probe_schedule (profile_due_at);
CREATE INDEX idx_probe_schedule_followers_due ON dm.probe_schedule (followers_due_at);
-- These two hold only what is being asked for just now.
CREATE INDEX idx_probe_schedule_profile_lease ON dm.probe_schedule (profile_lease_id) WHERE profile_lease_id IS NOT NULL;
CREATE INDEX idx_probe_schedule_followers_lease ON dm.probe_schedule (followers_lease_id) WHERE followers_lease_id IS NOT NULL;

COMMENT ON TABLE dm.probe_schedule IS 'The queue of the poller, one row for each channel that is tracked or was. A due row is leased for a limited time. The id of a lease is a UUID: its first 96 bits identify the holder and its last 32 bits count its leases. A holder whose answer was lost recognises its lease and takes the row back at once.';
COMMENT ON COLUMN dm.probe_schedule.channel_id IS 'The channel.';
COMMENT ON COLUMN dm.probe_schedule.active IS 'Whether the channel is tracked. One that is not is still looked up for its profile.';
COMMENT ON COLUMN dm.probe_schedule.next_probe_at IS 'When the next probe is due.';
COMMENT ON COLUMN dm.probe_schedule.interval_seconds IS 'Seconds that were planned between the last probe and the next one.';
COMMENT ON COLUMN dm.probe_schedule.last_probed_at IS 'Instant of the last successful probe.';
COMMENT ON COLUMN dm.probe_schedule.last_live_at IS 'Latest probe that saw a broadcast.';
COMMENT ON COLUMN dm.probe_schedule.live_started_at IS 'Start of the broadcast that last_live_at saw.';
COMMENT ON COLUMN dm.probe_schedule.last_missed_at IS 'Latest probe that saw no broadcast.';
COMMENT ON COLUMN dm.probe_schedule.missed_before_at IS 'The probe before last_missed_at that saw no broadcast. An end is inferred from two such probes.';
COMMENT ON COLUMN dm.probe_schedule.consecutive_failures IS 'Probes in a row that failed.';
COMMENT ON COLUMN dm.probe_schedule.lease_token IS 'Counts the leases of the probe. Every write of a probe checks it, so that a holder that lost its lease writes nothing.';
COMMENT ON COLUMN dm.probe_schedule.leased_until IS 'Until when the lease of the probe holds; null when nobody has it.';
COMMENT ON COLUMN dm.probe_schedule.lease_id IS 'The latest lease of the probe.';
COMMENT ON COLUMN dm.probe_schedule.profile_due_at IS 'When the profile (slug, name, picture) is to be asked for by id. A channel that lost its slug is due at once.';
COMMENT ON COLUMN dm.probe_schedule.profile_misses IS 'Lookups by id in a row that did not find the channel.';
COMMENT ON COLUMN dm.probe_schedule.profile_lease_id IS 'Lease of the lookup that is under way; null when there is none.';
COMMENT ON COLUMN dm.probe_schedule.followers_due_at IS 'When the followers are to be asked for.';
COMMENT ON COLUMN dm.probe_schedule.followers_asked_at IS 'When the followers were last asked for. Written before the call, so that a crash never spends twice where every user costs money.';
COMMENT ON COLUMN dm.probe_schedule.followers_told IS 'A total of followers that no probe has carried into the history yet; null when there is none.';
COMMENT ON COLUMN dm.probe_schedule.followers_lease_id IS 'Lease of the question for followers that is under way; null when there is none.';

CREATE TABLE dm.scrape_log (
  id           bigserial CONSTRAINT scrape_log_pkey PRIMARY KEY,
  channel_id   bigint CONSTRAINT scrape_log_channel_id_fkey REFERENCES dm.streamer_channel (id) ON DELETE SET NULL,
  platform     text NOT NULL,
  endpoint     text NOT NULL,
  requested_at timestamptz(3) NOT NULL,
  duration_ms  integer NOT NULL,
  status       integer,
  items        integer NOT NULL DEFAULT 0,
  error        text
);
CREATE INDEX idx_scrape_log_requested ON dm.scrape_log (requested_at);
-- For the foreign key: without it, deleting a channel would read the whole table.
CREATE INDEX idx_scrape_log_channel ON dm.scrape_log (channel_id) WHERE channel_id IS NOT NULL;

COMMENT ON TABLE dm.scrape_log IS 'Log of the calls to platforms. Written by the poller, which keeps a fixed number of the newest rows.';
COMMENT ON COLUMN dm.scrape_log.id IS 'The row; a later call has a greater id.';
COMMENT ON COLUMN dm.scrape_log.channel_id IS 'The channel, of a call about a single one. Nothing writes it at present.';
COMMENT ON COLUMN dm.scrape_log.platform IS 'The platform that was called.';
COMMENT ON COLUMN dm.scrape_log.endpoint IS 'What was called, without secrets.';
COMMENT ON COLUMN dm.scrape_log.requested_at IS 'When the call began.';
COMMENT ON COLUMN dm.scrape_log.duration_ms IS 'How long it took, in milliseconds.';
COMMENT ON COLUMN dm.scrape_log.status IS 'HTTP status of the answer; null when there was none.';
COMMENT ON COLUMN dm.scrape_log.items IS 'How many things the answer told.';
COMMENT ON COLUMN dm.scrape_log.error IS 'Why the call failed; null when it did not.';

-- =====================================================================================================================================
-- Webhooks and event subscriptions
-- =====================================================================================================================================

CREATE TABLE dm.webhook_message_ids (
  source      text NOT NULL,
  message_id  text NOT NULL,
  received_at timestamptz(6) NOT NULL DEFAULT now(),
  receipt     uuid NOT NULL,
  CONSTRAINT webhook_message_ids_pkey PRIMARY KEY (source, message_id)
);
-- Old ids are removed by age.
CREATE INDEX idx_webhook_message_ids_received ON dm.webhook_message_ids (received_at);

COMMENT ON TABLE dm.webhook_message_ids IS 'Messages that count once. The row commits together with what the message changed, so a repeated delivery changes nothing.';
COMMENT ON COLUMN dm.webhook_message_ids.source IS 'The platform that sent the message, or the kind of fact where a fact has an id of its own.';
COMMENT ON COLUMN dm.webhook_message_ids.message_id IS 'Id of the message or fact.';
COMMENT ON COLUMN dm.webhook_message_ids.received_at IS 'When it was first received, in microseconds.';
COMMENT ON COLUMN dm.webhook_message_ids.receipt IS 'UUID of the receipt, carried through the spool. After a crash it tells our own delivery, projected again, from a repetition: two nodes can receive a delivery in the same microsecond.';

CREATE TABLE dm.kick_follow_event (
  id                        bigserial CONSTRAINT kick_follow_event_pkey PRIMARY KEY,
  channel_id                bigint NOT NULL CONSTRAINT kick_follow_event_channel_id_fkey REFERENCES dm.streamer_channel (id) ON DELETE CASCADE,
  follower_platform_user_id text,
  occurred_at               timestamptz(3) NOT NULL
);
-- Follows of a channel in a range of time.
CREATE INDEX idx_kick_follow_event_channel ON dm.kick_follow_event (channel_id, occurred_at);
-- Who follows a channel is one fact, however often and under how many message ids it is told.
CREATE UNIQUE INDEX uq_kick_follow_event_follower ON dm.kick_follow_event (channel_id, follower_platform_user_id);

COMMENT ON TABLE dm.kick_follow_event IS 'Who followed which channel, as deliveries of Kick told it. Written in the transaction of the message id.';
COMMENT ON COLUMN dm.kick_follow_event.id IS 'The row.';
COMMENT ON COLUMN dm.kick_follow_event.channel_id IS 'The channel that was followed.';
COMMENT ON COLUMN dm.kick_follow_event.follower_platform_user_id IS 'Who followed it, as the platform identifies them.';
COMMENT ON COLUMN dm.kick_follow_event.occurred_at IS 'When; the earliest instant where it was told several times.';

CREATE TABLE dm.event_subscription (
  id                       bigserial CONSTRAINT event_subscription_pkey PRIMARY KEY,
  channel_id               bigint NOT NULL CONSTRAINT event_subscription_channel_id_fkey REFERENCES dm.streamer_channel (id) ON DELETE CASCADE,
  event                    text NOT NULL,
  version                  integer NOT NULL DEFAULT 1,
  platform_subscription_id text CONSTRAINT event_subscription_platform_subscription_id_key UNIQUE,
  status                   text NOT NULL DEFAULT 'pending',
  last_event_at            timestamptz(3),
  error                    text,
  failures                 integer NOT NULL DEFAULT 0,
  retry_at                 timestamptz(3),
  missing_since            timestamptz(3),
  usual_gap_seconds        integer,
  renewals                 integer NOT NULL DEFAULT 0,
  renewed_at               timestamptz(3),
  created_at               timestamptz(3) NOT NULL DEFAULT now(),
  updated_at               timestamptz(3) NOT NULL DEFAULT now(),
  CONSTRAINT event_subscription_channel_event_key UNIQUE (channel_id, event)
);

COMMENT ON TABLE dm.event_subscription IS 'What the platforms have promised to deliver, one row for each channel and type of event. Written by the job that compares it with what the platform lists.';
COMMENT ON COLUMN dm.event_subscription.id IS 'The row.';
COMMENT ON COLUMN dm.event_subscription.channel_id IS 'The channel whose events are delivered.';
COMMENT ON COLUMN dm.event_subscription.event IS 'Type of event, as the platform names it.';
COMMENT ON COLUMN dm.event_subscription.version IS 'Version of the type.';
COMMENT ON COLUMN dm.event_subscription.platform_subscription_id IS 'The subscription as the platform identifies it; null while there is none.';
COMMENT ON COLUMN dm.event_subscription.status IS 'pending (asked for, or about to be), active, failed (refused), limited (the platform delivers no more of this type), renewing (ended to be asked for again) or revoked (ended by the platform).';
COMMENT ON COLUMN dm.event_subscription.last_event_at IS 'When it last delivered an event.';
COMMENT ON COLUMN dm.event_subscription.error IS 'Why the platform does not deliver, as it last said.';
COMMENT ON COLUMN dm.event_subscription.failures IS 'Refusals in a row.';
COMMENT ON COLUMN dm.event_subscription.retry_at IS 'It is not asked for again before this.';
COMMENT ON COLUMN dm.event_subscription.missing_since IS 'Since when it should exist and the platform does not list it.';
COMMENT ON COLUMN dm.event_subscription.usual_gap_seconds IS 'The longest time between two events, in seconds; each newer event forgets a tenth of it. Null before there were two.';
COMMENT ON COLUMN dm.event_subscription.renewals IS 'How often in a row it was ended and asked for again because it was silent.';
COMMENT ON COLUMN dm.event_subscription.renewed_at IS 'When that was done last.';
COMMENT ON COLUMN dm.event_subscription.created_at IS 'When the row was made.';
COMMENT ON COLUMN dm.event_subscription.updated_at IS 'Since when it is in its present state.';

CREATE TABLE dm.event_subscription_removal (
  platform                 text NOT NULL,
  platform_subscription_id text NOT NULL,
  removed_at               timestamptz(3) NOT NULL,
  CONSTRAINT event_subscription_removal_pkey PRIMARY KEY (platform, platform_subscription_id)
);
CREATE INDEX idx_event_subscription_removal_removed ON dm.event_subscription_removal (removed_at);

COMMENT ON TABLE dm.event_subscription_removal IS 'Subscriptions that were just ended: the platform may go on listing them for minutes. Forgotten after that.';
COMMENT ON COLUMN dm.event_subscription_removal.platform IS 'The platform.';
COMMENT ON COLUMN dm.event_subscription_removal.platform_subscription_id IS 'The subscription as the platform identifies it.';
COMMENT ON COLUMN dm.event_subscription_removal.removed_at IS 'When it was ended.';

CREATE TABLE dm.event_type_watch (
  platform      text NOT NULL,
  event         text NOT NULL,
  quiet_since   timestamptz(3) NOT NULL,
  checked_at    timestamptz(3) NOT NULL,
  renewed_at    timestamptz(3),
  watched_since timestamptz(3) NOT NULL,
  expected      integer NOT NULL DEFAULT 0,
  silent        integer NOT NULL DEFAULT 0,
  CONSTRAINT event_type_watch_pkey PRIMARY KEY (platform, event)
);

COMMENT ON TABLE dm.event_type_watch IS 'For how long a type of event has been quiet although it should not be. One row for each type, and one named * for everything of a platform together. Written by the job that looks after subscriptions.';
COMMENT ON COLUMN dm.event_type_watch.platform IS 'The platform.';
COMMENT ON COLUMN dm.event_type_watch.event IS 'Type of event; * stands for all of them.';
COMMENT ON COLUMN dm.event_type_watch.quiet_since IS 'Since when nothing arrived although several channels were live.';
COMMENT ON COLUMN dm.event_type_watch.checked_at IS 'When this was last judged.';
COMMENT ON COLUMN dm.event_type_watch.renewed_at IS 'When subscriptions of the type were last renewed because they were silent.';
COMMENT ON COLUMN dm.event_type_watch.watched_since IS 'Since when it is judged without a long pause.';
COMMENT ON COLUMN dm.event_type_watch.expected IS 'Subscriptions that should have delivered something by now.';
COMMENT ON COLUMN dm.event_type_watch.silent IS 'How many of the expected ones have delivered nothing.';

-- =====================================================================================================================================
-- Archive of chat
-- =====================================================================================================================================

CREATE TABLE dm.chat_archive_log (
  id            bigserial CONSTRAINT chat_archive_log_pkey PRIMARY KEY,
  env           text NOT NULL,
  window_from   timestamptz(3) NOT NULL,
  window_to     timestamptz(3) NOT NULL,
  rows_exported bigint NOT NULL DEFAULT 0,
  files_written integer NOT NULL DEFAULT 0,
  success       boolean NOT NULL DEFAULT false,
  manifest      jsonb,
  error         text,
  created_at    timestamptz(3) NOT NULL DEFAULT now(),
  plan          jsonb,
  lease_token   bigint NOT NULL DEFAULT 0,
  leased_until  timestamptz(3),
  lease_id      uuid,
  CONSTRAINT chat_archive_log_window_key UNIQUE (env, window_from),
  CONSTRAINT chk_archive_window CHECK (window_to > window_from)
);

COMMENT ON TABLE dm.chat_archive_log IS 'Ledger of the archives of chat, one row for each hour of arrival. The row is committed before anything is uploaded.';
COMMENT ON COLUMN dm.chat_archive_log.id IS 'The row.';
COMMENT ON COLUMN dm.chat_archive_log.env IS 'The environment whose chat it is.';
COMMENT ON COLUMN dm.chat_archive_log.window_from IS 'Start of the hour, by when messages arrived here.';
COMMENT ON COLUMN dm.chat_archive_log.window_to IS 'End of the hour; what arrived then belongs to the next one.';
COMMENT ON COLUMN dm.chat_archive_log.rows_exported IS 'Messages in the archive.';
COMMENT ON COLUMN dm.chat_archive_log.files_written IS 'Objects of the archive.';
COMMENT ON COLUMN dm.chat_archive_log.success IS 'Whether the archive is complete.';
COMMENT ON COLUMN dm.chat_archive_log.manifest IS 'What the archive consists of: objects with their sizes and checksums. Null until it is complete.';
COMMENT ON COLUMN dm.chat_archive_log.error IS 'Why the last attempt failed; null when it did not.';
COMMENT ON COLUMN dm.chat_archive_log.created_at IS 'When the first attempt began.';
COMMENT ON COLUMN dm.chat_archive_log.plan IS 'Where the hour is cut into objects. Set once, so that a repeated export writes the same objects.';
COMMENT ON COLUMN dm.chat_archive_log.lease_token IS 'Counts the leases. Every later write checks it, so that an exporter that lost its lease writes nothing.';
COMMENT ON COLUMN dm.chat_archive_log.leased_until IS 'Until when the lease holds; null when nobody has it.';
COMMENT ON COLUMN dm.chat_archive_log.lease_id IS 'The latest lease, by which its holder recognises it when the answer was lost.';

CREATE TABLE dm.chat_export_watermark (
  env              text CONSTRAINT chat_export_watermark_pkey PRIMARY KEY,
  last_exported_at timestamptz(3) NOT NULL DEFAULT '1970-01-01 00:00:00+00'
);

COMMENT ON TABLE dm.chat_export_watermark IS 'How far chat has been archived. Moved by compare-and-set, together with the ledger.';
COMMENT ON COLUMN dm.chat_export_watermark.env IS 'The environment whose chat it is.';
COMMENT ON COLUMN dm.chat_export_watermark.last_exported_at IS 'What arrived before this instant is archived; 1970 when nothing ever was.';

-- =====================================================================================================================================
-- What waits in spools, and what is lost
-- =====================================================================================================================================

CREATE TABLE dm.spool_backlog (
  env       text NOT NULL,
  node      text NOT NULL,
  target    text NOT NULL,
  oldest_at timestamptz(3) NOT NULL,
  told_at   timestamptz(3) NOT NULL DEFAULT now(),
  holds     boolean NOT NULL DEFAULT true,
  CONSTRAINT spool_backlog_pkey PRIMARY KEY (env, node, target)
) WITH (fillfactor = 50); -- Every row is updated every few seconds.

COMMENT ON TABLE dm.spool_backlog IS 'How far each node has come with each table, also where it holds nothing: until all nodes have told, no node may call that history complete. Written by each node for itself.';
COMMENT ON COLUMN dm.spool_backlog.env IS 'The environment.';
COMMENT ON COLUMN dm.spool_backlog.node IS 'The node: the same after a restart on the same data directory.';
COMMENT ON COLUMN dm.spool_backlog.target IS 'The table or queue that the rows are for.';
COMMENT ON COLUMN dm.spool_backlog.oldest_at IS 'Rows from before this instant have all been brought further. It is the instant of the oldest row that the node holds or is about to append, else of when it said so.';
COMMENT ON COLUMN dm.spool_backlog.told_at IS 'When the node said so.';
COMMENT ON COLUMN dm.spool_backlog.holds IS 'Whether rows for the target are on the disk of the node.';

CREATE TABLE dm.known_loss (
  id          bigint GENERATED ALWAYS AS IDENTITY CONSTRAINT known_loss_pkey PRIMARY KEY,
  env         text NOT NULL,
  source      text NOT NULL CONSTRAINT chk_known_loss_source CHECK (source IN ('clickhouse', 'spool')),
  target      text NOT NULL,
  name        text NOT NULL,
  from_at     timestamptz(3) NOT NULL,
  to_at       timestamptz(3) NOT NULL,
  row_count   bigint,
  set_aside   text,
  found_at    timestamptz(3) NOT NULL DEFAULT now(),
  accepted_at timestamptz(3),
  CONSTRAINT chk_known_loss_span CHECK (from_at <= to_at),
  CONSTRAINT uq_known_loss UNIQUE (env, source, target, name)
);

COMMENT ON TABLE dm.known_loss IS 'Rows that were kept here once and are lost: whoever reads the history of that time is told so. Written by the node that finds it.';
COMMENT ON COLUMN dm.known_loss.id IS 'The loss, as the command line names it.';
COMMENT ON COLUMN dm.known_loss.env IS 'The environment whose rows they were.';
COMMENT ON COLUMN dm.known_loss.source IS 'What lost them: clickhouse or spool.';
COMMENT ON COLUMN dm.known_loss.target IS 'The table or queue that the rows were in or for.';
COMMENT ON COLUMN dm.known_loss.name IS 'What is damaged: the same name however often it is found.';
COMMENT ON COLUMN dm.known_loss.from_at IS 'The rows lie from this instant on, by their own instants.';
COMMENT ON COLUMN dm.known_loss.to_at IS 'They lie before this instant.';
COMMENT ON COLUMN dm.known_loss.row_count IS 'How many they were; null when that is not known.';
COMMENT ON COLUMN dm.known_loss.set_aside IS 'Path of what is damaged, for repair; null when nothing is left of it.';
COMMENT ON COLUMN dm.known_loss.found_at IS 'When the loss was found.';
COMMENT ON COLUMN dm.known_loss.accepted_at IS 'When somebody decided that nothing will be repaired; null until then.';

-- =====================================================================================================================================
-- Audit
-- =====================================================================================================================================

CREATE TABLE dm.audit_log (
  id          text CONSTRAINT audit_log_pkey PRIMARY KEY,
  recorded_at timestamptz(3) NOT NULL DEFAULT now(),
  subject     text,
  name        text,
  role        text NOT NULL,
  action      text NOT NULL,
  target      text NOT NULL,
  before      jsonb,
  after       jsonb,
  request_id  text NOT NULL,
  CONSTRAINT chk_audit_id CHECK (id ~ '^[0-7][0-9A-HJKMNP-TV-Z]{25}$'),
  CONSTRAINT chk_audit_role CHECK (role IN ('PUBLIC', 'OPERATOR', 'ADMIN'))
);
-- Who did it, what was done, and to what: each is read with the newest first, a page at a time.
CREATE INDEX idx_dm_audit_subject ON dm.audit_log (subject, id DESC);
CREATE INDEX idx_dm_audit_action ON dm.audit_log (action, id DESC);
CREATE INDEX idx_dm_audit_target ON dm.audit_log (target, id DESC);

COMMENT ON TABLE dm.audit_log IS 'Who changed what on this side of the data model. Written in the transaction of the change, never changed.';
COMMENT ON COLUMN dm.audit_log.id IS 'ULID; a later action has a greater one.';
COMMENT ON COLUMN dm.audit_log.recorded_at IS 'When it was recorded.';
COMMENT ON COLUMN dm.audit_log.subject IS 'Who acted: id of the API key or subject of the token. Null where neither was used.';
COMMENT ON COLUMN dm.audit_log.name IS 'Name of the API key or token, as it was then; null where it has none.';
COMMENT ON COLUMN dm.audit_log.role IS 'Role by which it was allowed: PUBLIC, OPERATOR or ADMIN.';
COMMENT ON COLUMN dm.audit_log.action IS 'What was done: an object and a verb, e.g. channel.track.';
COMMENT ON COLUMN dm.audit_log.target IS 'What it was done to: a kind and an id, e.g. channel:42.';
COMMENT ON COLUMN dm.audit_log.before IS 'What was true before, without secrets; null where nothing was.';
COMMENT ON COLUMN dm.audit_log.after IS 'What is true since, without secrets; null where nothing is.';
COMMENT ON COLUMN dm.audit_log.request_id IS 'The request that asked for it, as it stands in the log.';

-- =====================================================================================================================================
-- The simulated platform
-- =====================================================================================================================================

CREATE TABLE dm.demo_past (
  one         boolean NOT NULL CONSTRAINT demo_past_pkey PRIMARY KEY DEFAULT true CONSTRAINT demo_past_one_check CHECK (one),
  attempt     text NOT NULL,
  begun_at    timestamptz(3) NOT NULL DEFAULT clock_timestamp(),
  finished_at timestamptz(3)
);

COMMENT ON TABLE dm.demo_past IS 'Whether the past of the simulated platform is in this database: one row at most. Written by the start.';
COMMENT ON COLUMN dm.demo_past.one IS 'Always true, so that there is one row at most.';
COMMENT ON COLUMN dm.demo_past.attempt IS 'The attempt whose rows wait in the spool of the node that made it.';
COMMENT ON COLUMN dm.demo_past.begun_at IS 'When the attempt began.';
COMMENT ON COLUMN dm.demo_past.finished_at IS 'When it was finished. Until then an interrupted start has left a part of it.';
