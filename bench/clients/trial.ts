// Runs one client in one case, in a separate process, and prints the result as JSON for run.ts.
import { fork } from "node:child_process";
import { once } from "node:events";
import { rm } from "node:fs/promises";
import { setTimeout as delay } from "node:timers/promises";
import { hostileServer } from "@regrant/client/testing";
import type { HostileServer } from "@regrant/client/testing";
import { temporaryFolder } from "../../test/temporary-folder.ts";
import { CASES, CaseFailure } from "./cases.ts";
import type { Case, Setup } from "./cases.ts";
import type { Place, TestedClient } from "./tested-client.ts";

export interface CaseResult {
  /** What the client did wrong; undefined: the case passed. */
  readonly failure?: string | undefined;
}

/** Time for the process to reach the server before it is killed, ms. */
const PATIENCE = 20_000;
/** How long a frozen process stays so, ms. */
const FREEZE = 3000;

const [, , name = "", what = "", placeText] = process.argv;
const { default: client } = (await import(`./adapters/${name}`)) as { default: TestedClient };

if (what === "victim") {
  const place = JSON.parse(placeText ?? "") as Place;
  await (await client.open(place)).token();
  process.send?.("token");
  // As a function's host keeps it for the next request.
  setInterval(() => {}, 1000);
} else {
  const one = CASES[Number(what)];
  if (one === undefined) throw new Error(`no such case: ${what}`);
  const result: CaseResult = { failure: await runCase(one) };
  console.log(JSON.stringify(result));
  // Some clients leave timers running.
  process.exit();
}

async function runCase(one: Case): Promise<string | undefined> {
  const server = await hostileServer(one.server);
  const folder = temporaryFolder("clients");
  const { issuer, tokenEndpoint } = server;
  const place: Place = { issuer, tokenEndpoint, folder, failNextWrite: false, logins: 0 };
  try {
    await client.login(place, { ...server.login(), ...(one.expired ? { expires_in: 1 } : {}) });
    if (one.expired) await delay(1100);
    return await evaluate(one, {
      client,
      server,
      place,
      killed: () => killed(server, place),
      frozen: () => frozen(place),
    });
  } finally {
    await server.close();
    await rm(folder, { recursive: true, force: true });
  }
}

async function evaluate(one: Case, setup: Setup): Promise<string | undefined> {
  const { server, place } = setup;
  const failures: string[] = [];
  let failure: string | undefined;
  try {
    await one.run(setup);
  } catch (error) {
    failure = error instanceof CaseFailure ? error.message : "a call failed";
  }
  const { length: posts } = server.refreshes;
  const [least, most] = one.posts;
  if (place.logins > 0) failures.push("asks for a login");
  else if (!(await continues(setup))) failures.push("session lost");
  if (posts > most || (posts < least && failure === undefined)) failures.push(`${posts} POSTs`);
  if (failure !== undefined && failures.length === 0) failures.push(failure);
  return failures.length === 0 ? undefined : failures.join(", ");
}

/** Whether another instance can call the API with the stored tokens, after the access token has expired. */
async function continues({ client, server, place }: Setup): Promise<boolean> {
  const one = await client.open(place);
  server.expireAccessTokens();
  for (let attempt = 0; attempt < 10; attempt += 1) {
    const status = await one.request(server.resource).catch(() => 0);
    if (status === 200) return true;
    await delay(300);
  }
  return false;
}

async function frozen(place: Place): Promise<void> {
  const args = [name, "victim", JSON.stringify(place)];
  const victim = fork(import.meta.filename, args, { stdio: ["ignore", "ignore", "ignore", "ipc"] });
  const exited = once(victim, "exit");
  await once(victim, "message", { signal: AbortSignal.timeout(PATIENCE) });
  victim.kill("SIGSTOP");
  await delay(FREEZE);
  victim.kill("SIGKILL");
  await exited;
}

async function killed(server: HostileServer, place: Place): Promise<void> {
  server.script("hang");
  const victim = fork(import.meta.filename, [name, "victim", JSON.stringify(place)], { stdio: "ignore" });
  const exited = once(victim, "exit");
  const end = performance.now() + PATIENCE;
  while (server.refreshes[0]?.outcome !== "rotated" && performance.now() < end) await delay(20);
  victim.kill("SIGKILL");
  await exited;
}
