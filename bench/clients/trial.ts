// One client in one case, in a process of its own: prints its verdict as JSON, for run.ts.
import { fork } from "node:child_process";
import { once } from "node:events";
import { rm } from "node:fs/promises";
import { setTimeout as delay } from "node:timers/promises";
import { hostileServer } from "@regrant/client/testing";
import type { HostileServer } from "@regrant/client/testing";
import { temporaryFolder } from "../../test/temporary-folder.ts";
import { CASES, Fault } from "./cases.ts";
import type { Bed, Case } from "./cases.ts";
import type { Place, TestedClient } from "./tested-client.ts";

export interface Verdict {
  /** What went wrong; undefined: nothing. */
  readonly fault?: string | undefined;
}

/** Until a killed process has reached the server, ms. */
const PATIENCE = 20_000;

const [, , name = "", what = "", placeText] = process.argv;
const { default: client } = (await import(`./adapters/${name}`)) as { default: TestedClient };

if (what === "victim") {
  const place = JSON.parse(placeText ?? "") as Place;
  await (await client.open(place)).token();
} else {
  const one = CASES[Number(what)];
  if (one === undefined) throw new Error(`no such case: ${what}`);
  const verdict: Verdict = { fault: await tried(one) };
  console.log(JSON.stringify(verdict));
  // Some clients keep timers.
  process.exit();
}

async function tried(one: Case): Promise<string | undefined> {
  const server = await hostileServer(one.server);
  const folder = temporaryFolder("clients");
  const { issuer, tokenEndpoint } = server;
  const place: Place = { issuer, tokenEndpoint, folder, failNextWrite: false, logins: 0 };
  try {
    await client.login(place, { ...server.login(), ...(one.expired ? { expires_in: 1 } : {}) });
    if (one.expired) await delay(1100);
    return await judged(one, { client, server, place, killed: () => killed(server, place) });
  } finally {
    await server.close();
    await rm(folder, { recursive: true, force: true });
  }
}

async function judged(one: Case, bed: Bed): Promise<string | undefined> {
  const { server, place } = bed;
  const faults: string[] = [];
  let failure: string | undefined;
  try {
    await one.run(bed);
  } catch (error) {
    failure = error instanceof Fault ? error.message : "a call failed";
  }
  const { length: posts } = server.spends;
  const [least, most] = one.posts;
  if (place.logins > 0) faults.push("asks for a login");
  else if (!(await goesOn(bed))) faults.push("session lost");
  if (posts > most || (posts < least && failure === undefined)) faults.push(`${posts} POSTs`);
  if (failure !== undefined && faults.length === 0) faults.push(failure);
  return faults.length === 0 ? undefined : faults.join(", ");
}

/** Whether another instance gets at the API with what is stored, once the access token has ended. */
async function goesOn({ client, server, place }: Bed): Promise<boolean> {
  const one = await client.open(place);
  server.expireAccessTokens();
  for (let attempt = 0; attempt < 10; attempt += 1) {
    const status = await one.ask(server.resource).catch(() => 0);
    if (status === 200) return true;
    await delay(300);
  }
  return false;
}

async function killed(server: HostileServer, place: Place): Promise<void> {
  server.script("hang");
  const victim = fork(import.meta.filename, [name, "victim", JSON.stringify(place)], { stdio: "ignore" });
  const exited = once(victim, "exit");
  const end = performance.now() + PATIENCE;
  while (server.spends[0]?.outcome !== "rotated" && performance.now() < end) await delay(20);
  victim.kill("SIGKILL");
  await exited;
}
