import type { IncomingMessage, ServerResponse } from "node:http";
import type { AddressInfo } from "node:net";
import { pause } from "./cases.ts";
import { Families } from "./families.ts";
import type { Family, IssuedTokens } from "./families.ts";
import { drawFault, FAULTS, json } from "./faults.ts";
import type { Fault, FaultKind } from "./faults.ts";
import { randomNumbers } from "./random.ts";

export interface HostileServerOptions {
  /** For how long a spent refresh token gets its successor again, s; 0, the default: reuse ends the family at once. */
  readonly retryWindow?: number;
  /** Default true. Otherwise a refresh token stays good, and a refresh answers without one. */
  readonly rotates?: boolean;
  /** Whether the metadata tells the window (`refresh_token_retry_window`). Default: if there is one. */
  readonly advertise?: boolean;
  /** How long an access token works, s. Default 3600. */
  readonly accessTtl?: number;
  /** How long a good answer takes, ms: half of it before the token is spent. Default 10. */
  readonly latency?: number;
  /** How likely each fault is, per token request. Default: none. */
  readonly chances?: Partial<Record<Fault, number>>;
  /** Repeats what chance did. Default: drawn, see `seed`. */
  readonly seed?: number;
  /** How far its clock is ahead of this machine's, ms. */
  readonly clockOffset?: number;
  /** Default: any free one. */
  readonly port?: number;
}

/** One refresh token that was presented. Instants are ms of a monotonic clock. */
export interface Spend {
  readonly family: string | undefined;
  /** Of the presented token within its family: 0 is the login's. */
  readonly generation: number | undefined;
  readonly startedAt: number;
  /** When the answer was sent, or the connection was gone; undefined: still open. */
  readonly endedAt: number | undefined;
  readonly outcome: "rotated" | "replayed" | "kept" | "reused" | "ended" | "unknown" | "not_committed";
  readonly fault: Fault | undefined;
}

/**
 * An authorization server for tests, with all that goes wrong on the way to one. It rotates refresh tokens, ends the
 * whole family when a spent one is presented after the retry window, and records what it was sent.
 */
export interface HostileServer {
  readonly issuer: string;
  readonly tokenEndpoint: string;
  /**
   * An API: 200 for a good access token, else 401 with an `invalid_token` challenge (RFC 6750 §3). With `?after=MS` it
   * answers that much later.
   */
  readonly resource: string;
  readonly seed: number;
  /** A new family's first tokens, as after a login. */
  login(): IssuedTokens;
  /** The next token requests meet these, in this order; `undefined` is a good answer. Chance rules again after them. */
  script(...faults: (Fault | undefined)[]): void;
  /** The API takes no access token made so far. */
  expireAccessTokens(): void;
  /** All refresh tokens presented so far, in the order of their coming. */
  readonly spends: readonly Spend[];
  readonly families: readonly Family[];
  /** Pairs of spends of one token of which the second began before the first had ended. */
  overlaps(): [Spend, Spend][];
  /** Connections still open are cut. */
  close(): Promise<void>;
  [Symbol.asyncDispose](): Promise<void>;
}

type MutableSpend = { -readonly [K in keyof Spend]: Spend[K] };

/** Longest request that is read, characters. */
const MAX_BODY = 100_000;

/** Listens on the loopback interface. Runs on what has `node:http`. */
export async function hostileServer(options: HostileServerOptions = {}): Promise<HostileServer> {
  const { createServer } = await import("node:http");
  const seed = options.seed ?? Math.floor(Math.random() * 2 ** 32);
  const {
    retryWindow = 0,
    rotates = true,
    accessTtl = 3600,
    clockOffset = 0,
    latency = 10,
    chances = {},
  } = options;
  const families = new Families({ retryWindow, rotates, accessTtl, now: () => performance.now() });
  const spends: MutableSpend[] = [];
  const scripted: (Fault | undefined)[] = [];
  const random = randomNumbers(seed);
  const nextFault = () => (scripted.length > 0 ? scripted.shift() : drawFault(chances, random()));

  const server = createServer((request, response) => {
    response.setHeader("Date", new Date(Date.now() + clockOffset).toUTCString());
    allowPages(response);
    const route = request.method === "OPTIONS" ? undefined : routes[urlOf(request).pathname];
    if (route === undefined) response.writeHead(request.method === "OPTIONS" ? 204 : 404).end();
    // What rejects is a request that ended too early.
    else route(request, response).catch(() => response.destroy());
  });
  await new Promise<void>((resolve, reject) => {
    server.once("error", reject).listen(options.port ?? 0, "127.0.0.1", resolve);
  });
  const issuer = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  const window = (options.advertise ?? retryWindow > 0) ? { refresh_token_retry_window: retryWindow } : {};
  const metadata = JSON.stringify({ issuer, token_endpoint: `${issuer}/token`, ...window });

  const routes: Record<string, (request: IncomingMessage, response: ServerResponse) => Promise<void>> = {
    "/token": (request, response) => answerToken(request, response, { families, spends, latency, nextFault }),
    "/resource": (request, response) => answerResource(request, response, families),
    "/.well-known/oauth-authorization-server": async (_request, response) => json(response, 200, metadata),
  };
  const close = () => {
    const closed = new Promise<void>((resolve) => server.close(() => resolve()));
    server.closeAllConnections();
    return closed;
  };
  return {
    issuer,
    tokenEndpoint: `${issuer}/token`,
    resource: `${issuer}/resource`,
    seed,
    login: () => families.login(),
    script: (...faults) => void scripted.push(...faults),
    expireAccessTokens: () => families.expireAccessTokens(),
    spends,
    families: families.all,
    overlaps: () => overlaps(spends),
    close,
    [Symbol.asyncDispose]: close,
  };
}

interface TokenEndpoint {
  readonly families: Families;
  readonly spends: MutableSpend[];
  readonly latency: number;
  readonly nextFault: () => Fault | undefined;
}

async function answerToken(
  request: IncomingMessage,
  response: ServerResponse,
  { families, spends, latency, nextFault }: TokenEndpoint,
): Promise<void> {
  const form = new URLSearchParams(await readBody(request));
  if (form.get("grant_type") === "password") return json(response, 200, JSON.stringify(families.login()));
  const token = form.get("refresh_token") ?? "";
  if (form.get("grant_type") !== "refresh_token" || token === "") {
    return json(response, 400, '{"error":"invalid_request"}');
  }
  const fault = nextFault();
  const spend: MutableSpend = {
    ...(families.find(token) ?? { family: undefined, generation: undefined }),
    startedAt: performance.now(),
    endedAt: undefined,
    outcome: "not_committed",
    fault,
  };
  spends.push(spend);
  const end = () => (spend.endedAt ??= performance.now());
  response.once("finish", end).once("close", end);

  await pause(latency / 2);
  const { commits, answer }: FaultKind = fault === undefined ? GOOD : FAULTS[fault];
  const decision = commits ? families.spend(token) : undefined;
  if (decision !== undefined) spend.outcome = decision.outcome;
  await pause(latency / 2);
  if (decision === undefined || "answer" in decision) {
    await answer(response, JSON.stringify(decision?.answer));
  } else json(response, 400, '{"error":"invalid_grant"}');
  // A client may learn that its connection was cut, and ask again, before `close` tells it here.
  if (response.destroyed) end();
}

const GOOD = {
  commits: true,
  answer: (response: ServerResponse, body: string) => json(response, 200, body),
};

async function answerResource(
  request: IncomingMessage,
  response: ServerResponse,
  families: Families,
): Promise<void> {
  const [, token = ""] = /^Bearer (.+)$/i.exec(request.headers.authorization ?? "") ?? [];
  const isGood = families.accepts(token);
  await pause(Number(urlOf(request).searchParams.get("after")));
  if (isGood) json(response, 200, '{"ok":true}');
  else json(response, 401, "{}", { "WWW-Authenticate": 'Bearer error="invalid_token"' });
}

function urlOf(request: IncomingMessage): URL {
  return new URL(request.url ?? "", "http://localhost");
}

/** Pages of any origin may ask, and read what a client needs. */
function allowPages(response: ServerResponse): void {
  response.setHeader("Access-Control-Allow-Origin", "*");
  response.setHeader("Access-Control-Allow-Headers", "Authorization, Content-Type");
  response.setHeader("Access-Control-Expose-Headers", "Date, Retry-After, WWW-Authenticate");
}

async function readBody(request: IncomingMessage): Promise<string> {
  let body = "";
  for await (const chunk of request.setEncoding("utf8")) {
    body += chunk as string;
    if (body.length > MAX_BODY) throw new Error("the request is too long");
  }
  return body;
}

function overlaps(spends: readonly Spend[]): [Spend, Spend][] {
  const earlier = new Map<string, Spend[]>();
  return spends.flatMap((spend) => {
    const token = `${spend.family} ${spend.generation}`;
    const before = earlier.get(token) ?? [];
    earlier.set(token, [...before, spend]);
    const open = before.filter(({ endedAt }) => spend.startedAt < (endedAt ?? Infinity));
    return open.map((other): [Spend, Spend] => [other, spend]);
  });
}
