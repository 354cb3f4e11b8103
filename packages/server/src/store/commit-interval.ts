/**
 * While writes keep coming, the time from one commit to the next batch, ms. A durable commit costs as much CPU as a
 * dozen rows, and a round trip to a database more; where each answer waits for a signature, requests come in one by one
 * and would each have their own. The first write after a pause waits for nothing.
 */
export const COMMIT_INTERVAL = 2;
