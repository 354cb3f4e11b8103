import { explore } from "../packages/server/src/store/contract/explore.ts";

// All histories of a larger scope than the tests', against the real decision table. The first argument is the number of
// requests in each; about four times as many states, and as much time, for each one more.

const WINDOW = 10;
const requests = Number(process.argv[2] ?? 9);
const pauses = [0, 1, WINDOW / 2, WINDOW - 1, WINDOW, WINDOW + 1];

for (const losesWrites of [false, true]) {
  const started = performance.now();
  const about = losesWrites
    ? `${requests - 1} requests, and a store that may lose its writes`
    : `${requests} requests`;
  const scope = {
    holders: 3,
    requests: losesWrites ? requests - 1 : requests,
    window: WINDOW,
    pauses,
    losesWrites,
  };
  const { states, decisions, outcomes } = explore(scope);
  const seconds = ((performance.now() - started) / 1000).toFixed(1);
  console.log(`3 holders, ${about}, pauses of ${pauses.join(", ")} s around a window of ${WINDOW} s:`);
  console.log(`  ${states} states, ${decisions} decisions in ${seconds} s, and the rule holds in each`);
  console.log(`  ${JSON.stringify(outcomes)}`);
}
