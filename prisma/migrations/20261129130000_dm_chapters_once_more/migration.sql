-- Broadcasts that were aggregated before their chapters were completed become due once more, so that these are completed from what the probes saw. The
-- values stay meanwhile. Where no probes are kept any more, nothing changes.
UPDATE dm.stream_session SET aggregated_at = NULL, aggregates_due_at = clock_timestamp() WHERE aggregated_at IS NOT NULL;
