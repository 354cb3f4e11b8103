import { readdirSync, statSync, truncateSync } from "node:fs";
import { join } from "node:path";
import { setTimeout as delay } from "node:timers/promises";
import type { HostileServer, HostileServerOptions } from "@regrant/client/testing";
import type { Instance, Place, TestedClient } from "./tested-client.ts";

/** A client that is logged in at a server. */
export interface Setup {
  readonly client: TestedClient;
  readonly server: HostileServer;
  readonly place: Place;
  /** Starts a process that requests a token, and kills it when the server has rotated. */
  readonly killed: () => Promise<void>;
  /** Starts a process that requests a token, and stops it (SIGSTOP) for 3 s as soon as it has one. */
  readonly frozen: () => Promise<void>;
}

export interface Case {
  readonly title: string;
  readonly server?: HostileServerOptions;
  /** Whether the access token of the login has expired when the case begins. */
  readonly expired: boolean;
  /** Allowed number of token requests. */
  readonly posts: readonly [least: number, most: number];
  /** Rejects with a CaseFailure if the client does not meet the case. */
  readonly run: (setup: Setup) => Promise<void>;
}

/** What a client did wrong. */
export class CaseFailure extends Error {}

const WINDOW: HostileServerOptions = { retryWindow: 30 };
/** Time until a client must have a token again, ms. */
const PATIENCE = 20_000;

export const CASES: readonly Case[] = [
  {
    title: "10 concurrent calls, the token has expired",
    expired: true,
    posts: [1, 1],
    async run({ client, place }) {
      const one = await client.open(place);
      await Promise.all(times(10, () => one.token()));
    },
  },
  {
    title: "10 concurrent 401 responses",
    expired: false,
    posts: [1, 1],
    async run({ client, place, server }) {
      const one = await client.open(place);
      server.expireAccessTokens();
      await Promise.all(times(10, () => one.request(server.resource)));
    },
  },
  {
    title: "4 responses 401 for one token, 150 ms apart",
    expired: false,
    posts: [1, 1],
    async run({ client, place, server }) {
      const one = await client.open(place);
      server.expireAccessTokens();
      await Promise.all(times(4, (index) => one.request(`${server.resource}?after=${index * 150}`)));
    },
  },
  {
    title: "5 instances on one store, the token has expired",
    expired: true,
    posts: [1, 1],
    async run({ client, place }) {
      const instances = await Promise.all(times(5, () => client.open(place)));
      await Promise.all(instances.map((one) => one.token()));
    },
  },
  {
    title: "a response is lost; the server repeats it for 30 s",
    server: WINDOW,
    expired: true,
    posts: [2, 2],
    async run({ client, place, server }) {
      server.script("drop_after");
      await eventually(await client.open(place));
    },
  },
  {
    title: "half of a response arrives; the server repeats it",
    server: WINDOW,
    expired: true,
    posts: [2, 2],
    async run({ client, place, server }) {
      server.script("half");
      await eventually(await client.open(place));
    },
  },
  {
    title: "the process is killed before the response; the next one continues",
    server: WINDOW,
    expired: true,
    posts: [2, 2],
    async run({ client, place, killed }) {
      await killed();
      await eventually(await client.open(place));
    },
  },
  {
    title: "no response: the caller gets an error within 15 s",
    server: WINDOW,
    expired: true,
    posts: [2, 2],
    async run({ client, place, server }) {
      server.script("hang");
      const one = await client.open(place);
      const settled = one.token().catch(() => {});
      if ((await Promise.race([settled, delay(15_000, "late")])) === "late")
        throw new CaseFailure("still waiting after 15 s");
      await eventually(one);
    },
  },
  {
    title: "503, then the server recovers",
    expired: true,
    posts: [2, 2],
    async run({ client, place, server }) {
      server.script("unavailable");
      await eventually(await client.open(place));
    },
  },
  {
    title: "429 with `Retry-After: 1`, with 5 calls in 500 ms",
    expired: true,
    posts: [2, 2],
    async run({ client, place, server }) {
      server.script("rate_limited");
      const one = await client.open(place);
      for (let call = 0; call < 5; call += 1) {
        await Promise.race([one.token().catch(() => {}), delay(100)]);
        await delay(100);
      }
      await eventually(one);
      const [first, second] = server.refreshes;
      const pause = Math.round((second?.startedAt ?? 0) - (first?.endedAt ?? 0));
      if (pause < 1000) throw new CaseFailure(`asks again after ${pause} ms`);
    },
  },
  {
    title: "a page of HTML with status 200 (a captive portal)",
    expired: true,
    posts: [2, 2],
    async run({ client, place, server }) {
      server.script("html_ok");
      await eventually(await client.open(place));
    },
  },
  {
    title: "the response has no refresh token: the current one is kept",
    server: { rotates: false },
    expired: true,
    posts: [2, 2],
    async run({ client, place, server }) {
      const one = await client.open(place);
      await one.token();
      server.expireAccessTokens();
      await one.request(server.resource);
    },
  },
  {
    title: "a write fails once, after the server rotated",
    expired: true,
    posts: [1, 1],
    async run({ client, place }) {
      place.failNextWrite = true;
      await eventually(await client.open(place));
      await delay(3000);
    },
  },
  {
    title: "a good response whose `scope` is an array, with null in `token_type` and `id_token`",
    expired: true,
    posts: [1, 1],
    async run({ client, place, server }) {
      server.script("odd_members");
      await eventually(await client.open(place));
    },
  },
  {
    title: "an API whose 401 has no challenge",
    expired: false,
    posts: [1, 1],
    async run({ client, place, server }) {
      const one = await client.open(place);
      server.expireAccessTokens();
      const status = await one.request(`${server.resource}?challenge=none`);
      if (status !== 200) throw new CaseFailure(`the call ends with ${status}`);
    },
  },
  {
    title: "a function, frozen after its response; the token is in its last fifth",
    server: { accessTtl: 10, latency: 150 },
    expired: false,
    posts: [1, 2],
    async run({ client, place, server, frozen }) {
      await client.login(place, { ...server.login(), expires_in: 10 });
      await delay(8500);
      await frozen();
      await eventually(await client.open(place));
    },
  },
  {
    title: "a damaged record; then a login",
    expired: false,
    posts: [0, 0],
    async run({ client, place, server }) {
      damage(place.folder);
      await client.login(place, server.login());
      await eventually(await client.open(place));
    },
  },
  {
    title: "an access token valid for 30 days, idle for 2 s",
    server: { accessTtl: 30 * 24 * 3600 },
    expired: true,
    posts: [1, 1],
    async run({ client, place }) {
      await (await client.open(place)).token();
      await delay(2000);
    },
  },
];

/** Cuts every file that holds tokens in half, as a crash of another program would. */
function damage(folder: string): void {
  for (const name of readdirSync(folder, { recursive: true, encoding: "utf8" })) {
    const path = join(folder, name);
    if (name.endsWith(".json")) truncateSync(path, statSync(path).size / 2);
  }
}

function times<T>(count: number, of: (index: number) => T): T[] {
  return Array.from({ length: count }, (_, index) => of(index));
}

/** Calls may fail while the server cannot respond; a later one must succeed. */
async function eventually(one: Instance): Promise<void> {
  const end = performance.now() + PATIENCE;
  for (;;) {
    try {
      await one.token();
      return;
    } catch (error) {
      if (performance.now() > end) throw error;
      await delay(250);
    }
  }
}
