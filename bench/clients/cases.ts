import { setTimeout as delay } from "node:timers/promises";
import type { HostileServer, HostileServerOptions } from "@regrant/client/testing";
import type { Instance, Place, TestedClient } from "./tested-client.ts";

/** One client in front of one server, logged in. */
export interface Bed {
  readonly client: TestedClient;
  readonly server: HostileServer;
  readonly place: Place;
  /** Starts a process that asks for a token and is killed once the server has spent its refresh token. */
  readonly killed: () => Promise<void>;
}

export interface Case {
  readonly title: string;
  readonly server?: HostileServerOptions;
  /** Whether the access token of the login has expired when the case begins. */
  readonly expired: boolean;
  /** How many token requests may be made, at least and at most. */
  readonly posts: readonly [least: number, most: number];
  /** Rejects with a Fault where the client does not do what is wanted. */
  readonly run: (bed: Bed) => Promise<void>;
}

/** What a client did that it should not have. */
export class Fault extends Error {}

const WINDOW: HostileServerOptions = { retryWindow: 30 };
/** How long a client may take until it has a token again, ms. */
const PATIENCE = 20_000;

export const CASES: readonly Case[] = [
  {
    title: "10 calls at once, the token has expired",
    expired: true,
    posts: [1, 1],
    async run({ client, place }) {
      const one = await client.open(place);
      await Promise.all(times(10, () => one.token()));
    },
  },
  {
    title: "10 answers 401 at once",
    expired: false,
    posts: [1, 1],
    async run({ client, place, server }) {
      const one = await client.open(place);
      server.expireAccessTokens();
      await Promise.all(times(10, () => one.ask(server.resource)));
    },
  },
  {
    title: "4 answers 401 for one token, 150 ms apart",
    expired: false,
    posts: [1, 1],
    async run({ client, place, server }) {
      const one = await client.open(place);
      server.expireAccessTokens();
      await Promise.all(times(4, (index) => one.ask(`${server.resource}?after=${index * 150}`)));
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
    title: "an answer is lost; the server repeats it for 30 s",
    server: WINDOW,
    expired: true,
    posts: [2, 2],
    async run({ client, place, server }) {
      server.script("drop_after");
      await eventually(await client.open(place));
    },
  },
  {
    title: "half of an answer comes; the server repeats it",
    server: WINDOW,
    expired: true,
    posts: [2, 2],
    async run({ client, place, server }) {
      server.script("half");
      await eventually(await client.open(place));
    },
  },
  {
    title: "the process is killed before the answer comes; the next one goes on",
    server: WINDOW,
    expired: true,
    posts: [2, 2],
    async run({ client, place, killed }) {
      await killed();
      await eventually(await client.open(place));
    },
  },
  {
    title: "no answer: whoever waits is told within 15 s",
    server: WINDOW,
    expired: true,
    posts: [2, 2],
    async run({ client, place, server }) {
      server.script("hang");
      const one = await client.open(place);
      const told = one.token().catch(() => {});
      if ((await Promise.race([told, delay(15_000, "late")])) === "late")
        throw new Fault("still waiting after 15 s");
      await eventually(one);
    },
  },
  {
    title: "503, then all is well",
    expired: true,
    posts: [2, 2],
    async run({ client, place, server }) {
      server.script("unavailable");
      await eventually(await client.open(place));
    },
  },
  {
    title: "429 with `Retry-After: 1`, while 5 calls come in 500 ms",
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
      const [first, second] = server.spends;
      const pause = Math.round((second?.startedAt ?? 0) - (first?.endedAt ?? 0));
      if (pause < 1000) throw new Fault(`asks again after ${pause} ms`);
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
    title: "the answer has no refresh token: the old one stays",
    server: { rotates: false },
    expired: true,
    posts: [2, 2],
    async run({ client, place, server }) {
      const one = await client.open(place);
      await one.token();
      server.expireAccessTokens();
      await one.ask(server.resource);
    },
  },
  {
    title: "storing fails once, after the server rotated",
    expired: true,
    posts: [1, 1],
    async run({ client, place }) {
      place.failNextWrite = true;
      await eventually(await client.open(place));
      await delay(3000);
    },
  },
  {
    title: "an access token for 30 days, left alone for 2 s",
    server: { accessTtl: 30 * 24 * 3600 },
    expired: true,
    posts: [1, 1],
    async run({ client, place }) {
      await (await client.open(place)).token();
      await delay(2000);
    },
  },
];

function times<T>(count: number, of: (index: number) => T): T[] {
  return Array.from({ length: count }, (_, index) => of(index));
}

/** A call may fail while the server cannot answer; one that comes later does not. */
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
