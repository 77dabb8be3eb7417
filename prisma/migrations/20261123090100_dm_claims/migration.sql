-- Who claimed a row and by which of its claims: the first 96 bits are the claimer's, the last 32 count its claims. A claim whose
-- answer was lost is known by it to whoever made it, who takes it up again at once instead of waiting for the lease to run out.
ALTER TABLE dm.probe_schedule ADD COLUMN claim uuid, ADD COLUMN profile_claim uuid, ADD COLUMN followers_claim uuid;
-- These two are empty but for what is being asked just now.
CREATE INDEX idx_probe_schedule_profile_claim ON dm.probe_schedule (profile_claim) WHERE profile_claim IS NOT NULL;
CREATE INDEX idx_probe_schedule_followers_claim ON dm.probe_schedule (followers_claim) WHERE followers_claim IS NOT NULL;

ALTER TABLE dm.chat_archive_log ADD COLUMN claim uuid;
