import { parseArgs } from "node:util";
import { TestServer } from "../packages/server/src/store/contract/postgres-server.ts";
import { storm } from "../test/fuzz/storm.ts";

// Requests of every kind to every path of the service: more of them than the tests send.

const HELP = `Usage: npm run --silent fuzz -- [--requests N] [--seed S] [--engine sqlite|postgres]

Sends requests to every path of the service, nearly good ones and quite odd ones, with Regrant's own accounts, a login
provider, and the wire formats of Passport 8 and 13. It fails with the first request whose response is a 5xx, shows an
internal or may be cached, and if an honest client cannot refresh afterwards. The statuses go to stdout.

  --requests N  of all four deployments together, 1 to 10,000,000 (default: 50,000)
  --seed S      the same seed makes the same choices (default: 1)
  --engine E    sqlite or postgres (default: sqlite)`;

const OPTIONS = {
  requests: { type: "string", default: "50000" },
  seed: { type: "string", default: "1" },
  engine: { type: "string", default: "sqlite" },
  help: { type: "boolean", short: "h", default: false },
} as const;

async function run(): Promise<void> {
  const { values } = parseArgs({ options: OPTIONS });
  if (values.help) {
    console.log(HELP);
    return;
  }
  const { seed, engine } = values;
  const requests = Number(values.requests);
  if (!Number.isInteger(requests) || requests < 1 || requests > 10_000_000) {
    throw new Error("--requests must be an integer from 1 to 10000000");
  }
  if (engine !== "sqlite" && engine !== "postgres") throw new Error("--engine must be sqlite or postgres");
  const server = engine === "postgres" ? await TestServer.start() : undefined;
  const started = performance.now();
  const seconds = () => ((performance.now() - started) / 1000).toFixed(1);
  try {
    const { statuses, tokens } = await storm({
      seed,
      requests,
      ...(server === undefined ? {} : { newDatabase: () => server.newDatabase() }),
      onDeployment: (title) => console.error(`${seconds()} s: ${title}`),
    });
    const sorted = [...statuses].toSorted(([one], [other]) => one - other);
    console.log(`seed ${seed}, ${requests} requests, ${engine}: no 5xx, in ${seconds()} s`);
    for (const [status, count] of sorted) console.log(`${status} ${String(count).padStart(9)}`);
    console.log(`token responses: ${tokens}`);
  } finally {
    await server?.stop();
  }
}

try {
  await run();
} catch (error) {
  console.error(error);
  process.exitCode = 1;
}
