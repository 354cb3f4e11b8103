/** The greatest number of dead letters that is counted. */
const COUNTED = 10_000;

/**
 * SQL that both engines share: the columns of `SubscriptionState` that are not in the row.
 *
 * @param now SQL of the store's clock, ms
 */
export function stateColumns(now: string): string {
  return `subscriptions.*,
    (SELECT at FROM events WHERE events.id > cursor_id ORDER BY events.id LIMIT 1) AS waiting_since,
    (SELECT count(*) FROM (SELECT 1 FROM dead_letters WHERE subscription_id = subscriptions.id LIMIT ${COUNTED})
      AS counted) AS dead_letters,
    EXISTS (SELECT 1 FROM dead_letters WHERE subscription_id = subscriptions.id AND replay_at IS NOT NULL) AS replays,
    leased_until <= ${now} AS free`;
}
