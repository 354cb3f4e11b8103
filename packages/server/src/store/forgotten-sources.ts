// Both engines keep how far the sources of events are forgotten, since ids ascend with time: so that nothing is examined
// twice.

/** The key in `meta` of the last event whose source is forgotten. */
export const FORGOTTEN_TO = "sources_forgotten_to";

/** An event of a transaction that takes long may be committed after younger ones: it has this long, ms. */
const LATEST_COMMIT = 60_000;

/**
 * Sources of events of this instant or before are forgotten.
 *
 * @param now ms
 * @param retention s
 */
export function forgottenBefore(now: number, retention: number): number {
  return now - Math.max(retention * 1000, LATEST_COMMIT);
}
