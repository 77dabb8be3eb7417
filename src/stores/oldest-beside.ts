/** The first version: whatever only adds to its tables may be applied while it runs. */
const first = '0.1.0'

/**
 * For each migration the oldest version of the program that may go on beside it, once it is applied. A migration may only add, so that is the first one,
 * until what an older version reads or writes is taken away: then it is the first version that does without. A test compares the list with the folders.
 */
export const oldestBeside: Readonly<Record<string, string>> = {
  '20261129000000_dm_baseline': first,
  '20261129000100_public_baseline': first,
  '20261129000200_link_channels': first,
  '20261129010000_dm_platforms_by_form': first,
  '20261129020000_dm_session_is_mature': first,
  '20261129030000_dm_erasure': first,
  '20261129030000_dm_event_evidence': first,
  '20261129030100_public_redact_audit': first,
  '20261129043000_dm_session_aggregates': first,
  '20261129043000_dm_subscriber_totals': first,
  '20261129044500_dm_session_details': first,
  '20261129050000_dm_follows_again': first,
  '20261129053000_dm_calls_read': first,
  '20261129100000_dm_viewers_now': first,
  '20261129101000_dm_sessions_by_time': first,
  '20261129110000_dm_events_by_time': first,
  '20261129110100_dm_renames': first,
  '20261129110200_dm_bans': first,
  '20261129120000_dm_follows_by_time': first,
  '20261129130000_dm_chapters_once_more': first,
  '20261129140000_dm_handle_search': first,
  '20261130100000_dm_provenance': first,
  '20261130101500_dm_import_run': first,
  '20261130110000_dm_tier': first,
  '20261130110100_public_jobs': first,
  '20261130110200_link_channels_cascade': first,
  '20261130120000_dm_journal_moves': first,
  '20261130140000_dm_system_id': first,
  '20261130160000_dm_happenings': first,
  '20261130160100_public_alerts': first,
  '20261130170000_dm_viewer_marks': first,
  '20261130170100_public_alert_topics': first,
  '20261130180000_dm_backup_calls': first,
  '20261130181500_public_alert_begun': first,
  '20261130190000_public_alert_answers': first,
  '20261201160000_dm_tier_name': first,
  '0001_baseline': first,
  '0002_probe_details': first,
  '0003_subscriber_count': first,
  '0004_inbox_reasons': first,
  '0005_chat_by_hour': first,
  '0006_inbox_channel': first,
  '0007_probe_sums': first,
  '0008_inbox_headers': first,
  '0009_provenance': first,
}

/** Compares versions by their three numbers. */
const compareVersions = (a: string, b: string): number => {
  const [left, right] = [a, b].map((version) => version.split('.').map(Number))
  return left!.map((number, i) => number - right![i]!).find((difference) => difference !== 0) ?? 0
}

/** The oldest version that may go on once all of these migrations are applied; undefined where one of them is not known here. */
export const oldestBesideAll = (migrations: readonly string[]): string | undefined => {
  const versions = migrations.map((name) => oldestBeside[name])
  if (versions.includes(undefined)) return undefined
  return (versions as string[]).toSorted(compareVersions).at(-1) ?? first
}
