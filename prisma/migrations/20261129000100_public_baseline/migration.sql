-- Baseline of the schema `public`: what belongs to one environment: streamers and their claims, scores, configuration, keys, audit. It may live
-- in another database than `dm`: a channel is named by its id and nothing here needs a table of `dm`.
--
-- How to read it: a block for each table. COMMENT ON says what a table or column means, its unit and who writes it; a comment in the code says
-- why a constraint or index is there. Instants are timestamptz(3): whole milliseconds, UTC, by the clock of the database. This file is frozen:
-- a change of the schema is a new migration.

-- =====================================================================================================================================
-- Case folding, as in `dm`, which may be another database
-- =====================================================================================================================================

CREATE FUNCTION public.fold_case(t text) RETURNS text LANGUAGE sql IMMUTABLE STRICT PARALLEL SAFE AS $$
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

COMMENT ON FUNCTION public.fold_case(text) IS
  'Full Unicode case folding of canonically equal texts ("canonical caseless matching"): two texts have the same result if they differ only by case, or by how their marks are composed. Postgres has casefold() from version 18 on only. Text of ASCII alone takes the short way.';

-- =====================================================================================================================================
-- Streamers and their claims
-- =====================================================================================================================================

CREATE TABLE public.streamers (
  id         serial CONSTRAINT streamers_pkey PRIMARY KEY,
  name       text NOT NULL,
  created_at timestamptz(3) NOT NULL DEFAULT now(),
  CONSTRAINT chk_streamer_name CHECK (btrim(name) <> '')
);

COMMENT ON TABLE public.streamers IS 'People of this environment who may claim channels.';
COMMENT ON COLUMN public.streamers.id IS 'The streamer.';
COMMENT ON COLUMN public.streamers.name IS 'Name, as an operator wrote it.';
COMMENT ON COLUMN public.streamers.created_at IS 'When the row was made.';

CREATE TABLE public.streamer_channel_link (
  streamer_id integer NOT NULL CONSTRAINT streamer_channel_link_streamer_id_fkey REFERENCES public.streamers (id) ON DELETE CASCADE,
  channel_id  bigint NOT NULL,
  verified    boolean NOT NULL DEFAULT false,
  claimed_at  timestamptz(3) NOT NULL DEFAULT now(),
  CONSTRAINT streamer_channel_link_pkey PRIMARY KEY (streamer_id, channel_id)
);
-- Who claims a channel.
CREATE INDEX idx_channel_link_channel ON public.streamer_channel_link (channel_id);
-- A channel may have any number of claims; at most one of them is verified.
CREATE UNIQUE INDEX uq_verified_channel ON public.streamer_channel_link (channel_id) WHERE verified;

COMMENT ON TABLE public.streamer_channel_link IS 'Claims: which streamer says that a channel is theirs.';
COMMENT ON COLUMN public.streamer_channel_link.streamer_id IS 'Who claims it.';
COMMENT ON COLUMN public.streamer_channel_link.channel_id IS 'The channel: an id of dm.streamer_channel. A foreign key only where both schemas share a database.';
COMMENT ON COLUMN public.streamer_channel_link.verified IS 'Whether an operator, or a login with the platform, has confirmed it.';
COMMENT ON COLUMN public.streamer_channel_link.claimed_at IS 'When it was claimed.';

CREATE TABLE public.link_tickets (
  digest      bytea CONSTRAINT link_tickets_pkey PRIMARY KEY,
  streamer_id integer NOT NULL CONSTRAINT link_tickets_streamer_id_fkey REFERENCES public.streamers (id) ON DELETE CASCADE,
  created_at  timestamptz(3) NOT NULL DEFAULT now(),
  expires_at  timestamptz(3) NOT NULL,
  used_at     timestamptz(3),
  CONSTRAINT chk_link_ticket_digest CHECK (octet_length(digest) = 32)
);
-- Tickets are removed a day after they expired.
CREATE INDEX idx_link_tickets_expiry ON public.link_tickets (expires_at);
-- For the foreign key.
CREATE INDEX idx_link_tickets_streamer ON public.link_tickets (streamer_id);

COMMENT ON TABLE public.link_tickets IS 'Tickets that operators make: the holder of one may link one account to a streamer.';
COMMENT ON COLUMN public.link_tickets.digest IS 'SHA-256 of the ticket; the ticket itself is shown once and kept nowhere.';
COMMENT ON COLUMN public.link_tickets.streamer_id IS 'The streamer that the account is linked to.';
COMMENT ON COLUMN public.link_tickets.created_at IS 'When the ticket was made.';
COMMENT ON COLUMN public.link_tickets.expires_at IS 'Until when it can be used.';
COMMENT ON COLUMN public.link_tickets.used_at IS 'When it was used; null until then.';

-- =====================================================================================================================================
-- Scores
-- =====================================================================================================================================

CREATE TABLE public.streamer_trust_scores (
  channel_id  bigint CONSTRAINT streamer_trust_scores_pkey PRIMARY KEY,
  score       double precision NOT NULL,
  algorithm   text NOT NULL,
  factors     jsonb NOT NULL DEFAULT '[]',
  computed_at timestamptz(3) NOT NULL DEFAULT now()
);
-- Channels in the order of their scores, a page at a time.
CREATE INDEX idx_trust_scores_score ON public.streamer_trust_scores (score DESC, channel_id DESC);

COMMENT ON TABLE public.streamer_trust_scores IS 'The current trust score of each channel; its history is in ClickHouse only. Written by the job that computes it.';
COMMENT ON COLUMN public.streamer_trust_scores.channel_id IS 'The channel: an id of dm.streamer_channel, without a foreign key.';
COMMENT ON COLUMN public.streamer_trust_scores.score IS 'From 0 to 100, in hundredths.';
COMMENT ON COLUMN public.streamer_trust_scores.algorithm IS 'Name and version of what computed it.';
COMMENT ON COLUMN public.streamer_trust_scores.factors IS 'What the score is made of: an array of objects with name, value, weight, contribution and explanation.';
COMMENT ON COLUMN public.streamer_trust_scores.computed_at IS 'When the run that computed it began.';

-- =====================================================================================================================================
-- Configuration
-- =====================================================================================================================================

CREATE TABLE public.configuration (
  key          text CONSTRAINT configuration_pkey PRIMARY KEY,
  value        text NOT NULL,
  description  text,
  category     text NOT NULL,
  is_encrypted boolean NOT NULL DEFAULT false,
  version      integer NOT NULL DEFAULT 1,
  updated_at   timestamptz(3) NOT NULL DEFAULT now(),
  updated_by   text NOT NULL,
  CONSTRAINT chk_configuration_key CHECK (key ~ '^[a-z][a-z0-9]*([._][a-z0-9]+)*$' AND length(key) <= 120),
  CONSTRAINT chk_configuration_category CHECK (category IN ('auth', 'database', 'monitoring', 'system')),
  -- A key says that its value is a secret, however its words are joined; such a value has to be encrypted.
  CONSTRAINT chk_configuration_sensitive CHECK (is_encrypted OR translate(key, '._', '') !~ '(secret|password|token)'),
  -- What is called encrypted has the form of an encrypted value: version, id of the key, wrapped data key, payload.
  CONSTRAINT chk_configuration_sealed CHECK (NOT is_encrypted OR value ~ '^v1\.[A-Za-z0-9_-]{1,40}\.[A-Za-z0-9_-]{80}\.[A-Za-z0-9_-]{38,}$'),
  CONSTRAINT chk_configuration_version CHECK (version > 0)
);
CREATE INDEX idx_configuration_category ON public.configuration (category);

COMMENT ON TABLE public.configuration IS 'Settings of this environment that can change while it runs. Written by admins.';
COMMENT ON COLUMN public.configuration.key IS 'Name of the setting: words in lower case, joined by dots or underscores.';
COMMENT ON COLUMN public.configuration.value IS 'The value as text; of an encrypted one its sealed form.';
COMMENT ON COLUMN public.configuration.description IS 'What it is for, as an admin wrote it.';
COMMENT ON COLUMN public.configuration.category IS 'auth, database, monitoring or system.';
COMMENT ON COLUMN public.configuration.is_encrypted IS 'Whether the value is encrypted.';
COMMENT ON COLUMN public.configuration.version IS 'Counts the changes; a change names the version that it replaces.';
COMMENT ON COLUMN public.configuration.updated_at IS 'When it was last changed.';
COMMENT ON COLUMN public.configuration.updated_by IS 'Who changed it last.';

-- =====================================================================================================================================
-- Keys and audit
-- =====================================================================================================================================

CREATE TABLE public.api_keys (
  id           text CONSTRAINT api_keys_pkey PRIMARY KEY,
  name         text NOT NULL,
  role         text NOT NULL,
  digest       bytea NOT NULL,
  created_at   timestamptz(3) NOT NULL DEFAULT now(),
  created_by   text NOT NULL,
  expires_at   timestamptz(3),
  last_used_at timestamptz(3),
  revoked_at   timestamptz(3),
  CONSTRAINT chk_api_key_id CHECK (id ~ '^[0-7][0-9A-HJKMNP-TV-Z]{25}$'),
  CONSTRAINT chk_api_key_role CHECK (role IN ('PUBLIC', 'OPERATOR', 'ADMIN')),
  CONSTRAINT chk_api_key_digest CHECK (octet_length(digest) = 32)
);
-- Every request with a key looks it up by its digest.
CREATE UNIQUE INDEX uq_api_keys_digest ON public.api_keys (digest);

COMMENT ON TABLE public.api_keys IS 'Keys of callers. Only the SHA-256 of a key is kept; its 32 random bytes need no slower hash.';
COMMENT ON COLUMN public.api_keys.id IS 'ULID of the key.';
COMMENT ON COLUMN public.api_keys.name IS 'Name, as whoever made it wrote it.';
COMMENT ON COLUMN public.api_keys.role IS 'What its holder may do: PUBLIC, OPERATOR or ADMIN.';
COMMENT ON COLUMN public.api_keys.digest IS 'SHA-256 of the key; the key itself is shown once and kept nowhere.';
COMMENT ON COLUMN public.api_keys.created_at IS 'When it was made.';
COMMENT ON COLUMN public.api_keys.created_by IS 'Who made it.';
COMMENT ON COLUMN public.api_keys.expires_at IS 'Until when it is valid; null when for ever.';
COMMENT ON COLUMN public.api_keys.last_used_at IS 'When it was last used, to a minute; null when never.';
COMMENT ON COLUMN public.api_keys.revoked_at IS 'When it was revoked; null while it is not.';

CREATE TABLE public.audit_log (
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
CREATE INDEX idx_public_audit_subject ON public.audit_log (subject, id DESC);
CREATE INDEX idx_public_audit_action ON public.audit_log (action, id DESC);
CREATE INDEX idx_public_audit_target ON public.audit_log (target, id DESC);

COMMENT ON TABLE public.audit_log IS 'Who changed what on this side of the data model. Written in the transaction of the change, never changed.';
COMMENT ON COLUMN public.audit_log.id IS 'ULID; a later action has a greater one.';
COMMENT ON COLUMN public.audit_log.recorded_at IS 'When it was recorded.';
COMMENT ON COLUMN public.audit_log.subject IS 'Who acted: id of the API key or subject of the token. Null where neither was used.';
COMMENT ON COLUMN public.audit_log.name IS 'Name of the API key or token, as it was then; null where it has none.';
COMMENT ON COLUMN public.audit_log.role IS 'Role by which it was allowed: PUBLIC, OPERATOR or ADMIN.';
COMMENT ON COLUMN public.audit_log.action IS 'What was done: an object and a verb, e.g. channel.track.';
COMMENT ON COLUMN public.audit_log.target IS 'What it was done to: a kind and an id, e.g. channel:42.';
COMMENT ON COLUMN public.audit_log.before IS 'What was true before, without secrets; null where nothing was.';
COMMENT ON COLUMN public.audit_log.after IS 'What is true since, without secrets; null where nothing is.';
COMMENT ON COLUMN public.audit_log.request_id IS 'The request that asked for it, as it stands in the log.';
