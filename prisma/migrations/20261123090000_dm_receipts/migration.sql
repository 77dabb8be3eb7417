-- A delivery that is projected again after a crash is recognised by its receipt, which it carries through the spool: two nodes
-- can receive the same delivery in the same microsecond. Null: received by an earlier version.
ALTER TABLE dm.webhook_message_ids ADD COLUMN receipt uuid;
