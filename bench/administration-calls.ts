import type { Admin, Listing, PageOptions } from "../packages/server/src/index.ts";
import {
  BUSY,
  clientIdOf,
  DAY,
  grantIdOf,
  LARGEST,
  RAREST,
  subjectOf,
  usernameOf,
} from "./administration-rows.ts";
import type { Sizes } from "./administration-rows.ts";
import { percentile } from "./statistics.ts";

/** How long the calls of one kind took, with their results as JSON, ms. */
export interface CallTimes {
  name: string;
  /** The first call. */
  first: number;
  p50: number;
  p99: number;
  max: number;
  /** Items of the first call. */
  items: number;
  /** Pages until there was an item, in the first call's listing; 0: there is none in the first twenty. */
  pages: number;
}

type List = (page: PageOptions) => Promise<Listing<unknown>>;

/** A kind of call: what the n-th one asks for. */
type Call = (n: number) => List;

/** Measures every kind, `count` calls each. */
export async function measureCalls(admin: Admin, sizes: Sizes, count: number): Promise<CallTimes[]> {
  const measured: CallTimes[] = [];
  for (const [name, call] of Object.entries(callsOf(admin, sizes))) {
    const times: number[] = [];
    let items = 0;
    let pages = 0;
    for (let n = 0; n < count; n += 1) {
      const list = call(n);
      const started = performance.now();
      const page = await list({});
      JSON.stringify(page);
      times.push(performance.now() - started);
      if (n === 0) ({ items, pages } = await toFirstItem(list, page));
    }
    const sorted = Float64Array.from(times).toSorted();
    const [first = Number.NaN] = times;
    measured.push({
      name,
      first,
      p50: percentile(sorted, 0.5),
      p99: percentile(sorted, 0.99),
      max: sorted.at(-1) ?? Number.NaN,
      items,
      pages,
    });
  }
  return measured;
}

async function toFirstItem(list: List, page: Listing<unknown>): Promise<{ items: number; pages: number }> {
  for (let pages = 1; pages <= 20; pages += 1) {
    if (page.items.length > 0) return { items: page.items.length, pages };
    if (page.next === null) break;
    page = await list({ after: page.next });
  }
  return { items: 0, pages: 0 };
}

function callsOf(admin: Admin, sizes: Sizes): Record<string, Call> {
  return { ...grantCalls(admin, sizes), ...eventCalls(admin, sizes), ...otherCalls(admin, sizes) };
}

const random = (below: number) => Math.floor(Math.random() * below);

function grantCalls({ grants }: Admin, sizes: Sizes): Record<string, Call> {
  const by = (filter: Parameters<typeof grants.list>[0], n = 1): List => {
    // The first call is the first page, the others are pages in the middle.
    const after = n === 0 ? undefined : grantIdOf(random(sizes.grants), sizes);
    return (page) => grants.list({ after, ...filter, ...page });
  };
  const account = () => random(sizes.accounts);
  const largest = clientIdOf(LARGEST);
  return {
    grants: (n) => by({}, n),
    "grants, 1000 of them": (n) => by({ limit: 1000 }, n),
    "grants of a subject": () => by({ subject: subjectOf(account()) }, 0),
    "grants of a username": () => by({ username: usernameOf(account()) }, 0),
    "grants of a subject with very many": (n) => by({ subject: subjectOf(BUSY) }, n),
    "grants of a client": () => by({ clientId: clientIdOf(random(sizes.clients)) }, 0),
    "grants of the largest client": (n) => by({ clientId: largest }, n),
    "grants of a subject and a client": () => by({ subject: subjectOf(account()), clientId: largest }, 0),
    "grants of the busy subject and a client": () =>
      by({ subject: subjectOf(BUSY), clientId: clientIdOf(random(sizes.clients)) }, 0),
    "active grants": (n) => by({ state: "active" }, n),
    "revoked grants": (n) => by({ state: "revoked" }, n),
    "expired grants, of which there are none": (n) => by({ state: "expired" }, n),
    "revoked grants of the largest client, none": (n) => by({ state: "revoked", clientId: largest }, n),
    "grants that end within a week": () => by({ endingWithin: 7 }, 0),
    "the same, in the middle": () =>
      by({ endingWithin: 7, after: `${sizes.now + random(7 * DAY)}.${grantIdOf(0, sizes)}` }),
    "grants of the largest client that end within a week, none": (n) =>
      by({ endingWithin: 7, clientId: largest }, n),
    "grants that end within a year": () => by({ endingWithin: 365 }, 0),
  };
}

function eventCalls({ events }: Admin, sizes: Sizes): Record<string, Call> {
  const by = (filter: Parameters<typeof events.list>[0], n = 1): List => {
    const after = n === 0 ? undefined : String(random(sizes.events));
    return (page) => events.list({ after, ...filter, ...page });
  };
  const largest = clientIdOf(LARGEST);
  const day = () => sizes.now - random(90) * DAY;
  return {
    events: (n) => by({}, n),
    "events, oldest first": (n) => by({ order: "oldest" }, n),
    "events of a type": (n) => by({ type: "grant.revoked" }, n),
    "events of a rare type": (n) => by({ type: "grant.reused" }, n),
    "events of a type that is nowhere": (n) => by({ type: RAREST }, n),
    "the same, oldest first": (n) => by({ type: RAREST, order: "oldest" }, n),
    "events of a grant": () => by({ grantId: grantIdOf(random(sizes.grants), sizes) }, 0),
    "events of a subject": () => by({ subject: subjectOf(random(sizes.accounts)) }, 0),
    "events of a subject with very many": (n) => by({ subject: subjectOf(BUSY) }, n),
    "events of a client": () => by({ clientId: clientIdOf(random(sizes.clients)) }, 0),
    "events of the largest client": (n) => by({ clientId: largest }, n),
    "events of it of a type that is nowhere": (n) => by({ clientId: largest, type: RAREST }, n),
    "the same, oldest first ": (n) => by({ clientId: largest, type: RAREST, order: "oldest" }, n),
    "events of a day": () => {
      const since = day();
      return by({ since, until: since + DAY }, 0);
    },
    "reuses of a day, oldest first": () => {
      const since = day();
      return by({ type: "grant.reused", since, until: since + DAY, order: "oldest" }, 0);
    },
  };
}

function otherCalls({ clients, accounts, statistics }: Admin, sizes: Sizes): Record<string, Call> {
  return {
    clients: (n) => (page) =>
      clients.list({ after: n === 0 ? undefined : clientIdOf(random(sizes.clients)), ...page }),
    "clients by a part of the name": () => (page) =>
      clients.list({ search: `shop ${random(sizes.clients)}`, ...page }),
    "clients by a text that is nowhere": () => (page) =>
      clients.list({ search: `x${random(1e9)}x`, ...page }),
    accounts: (n) => (page) =>
      accounts.list({ after: n === 0 ? undefined : subjectOf(random(sizes.accounts)), ...page }),
    "accounts by the beginning of the username": () => (page) =>
      accounts.list({ search: `USER${random(sizes.accounts)}`, ...page }),
    "accounts by a text that is nowhere": () => (page) =>
      accounts.list({ search: `x${random(1e9)}`, ...page }),
    operators: () => (page) => accounts.list({ operator: true, ...page }),
    "statistics of a day": () => async () => ({ items: [await statistics({ hours: 24 })], next: null }),
    "statistics of a month": () => async () => ({ items: [await statistics({ hours: 744 })], next: null }),
  };
}
