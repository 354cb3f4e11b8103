/**
 * While writes keep coming, the time from one commit to the next batch, ms. A durable commit costs as much CPU as a
 * dozen rows; where each response waits for a signature, requests come in one by one, and each would have its own.
 */
export const COMMIT_INTERVAL = 2;
