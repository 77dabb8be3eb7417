-- What a search of the content compares with: full Unicode case folding of canonically equal texts. Empty where the content is ASCII alone, so
-- that it costs nothing there and a search compares the content itself.
ALTER TABLE kick_chat_message {{on_cluster}}
  ADD COLUMN IF NOT EXISTS content_folded String
    MATERIALIZED if(isValidASCII(content), '', normalizeUTF8NFC(caseFoldUTF8(normalizeUTF8NFD(content))))
    COMMENT 'For searches; empty where the content is ASCII' CODEC(ZSTD(3)) AFTER content;
