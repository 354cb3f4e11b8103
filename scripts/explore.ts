import { explore } from "../packages/server/src/store/contract/explore.ts";

// All histories of larger scopes than the tests', against the real decision table. The first argument is the number of
// requests in each; one more has about four times as many states, and takes as much longer.

const WINDOW = 10;
const requests = Number(process.argv[2] ?? 9);

const scopes = [
  {
    where: "a store that loses nothing",
    requests,
    pauses: [0, 1, WINDOW / 2, WINDOW - 1, WINDOW, WINDOW + 1],
    losesWrites: false,
    failsResponses: false,
  },
  {
    where: "a store that may lose its writes",
    requests: requests - 1,
    pauses: [1, WINDOW - 1, WINDOW],
    losesWrites: true,
    failsResponses: false,
  },
  {
    where: "a service that may fail to respond",
    requests: requests - 1,
    pauses: [1, WINDOW - 1, WINDOW],
    losesWrites: false,
    failsResponses: true,
  },
];

for (const { where, ...scope } of scopes) {
  const started = performance.now();
  const { states, decisions, outcomes } = explore({ holders: 3, window: WINDOW, ...scope });
  const seconds = ((performance.now() - started) / 1000).toFixed(1);
  console.log(`3 holders, ${scope.requests} requests, ${where};`);
  console.log(`  a window of ${WINDOW} s, pauses of ${scope.pauses.join(", ")} s:`);
  console.log(`  ${states} states, ${decisions} decisions in ${seconds} s; the rule holds in each`);
  console.log(`  ${JSON.stringify(outcomes)}`);
}
