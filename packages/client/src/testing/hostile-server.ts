import type { IncomingMessage, ServerResponse } from "node:http";
import type { AddressInfo } from "node:net";
import { pause } from "./cases.ts";
import { Families } from "./families.ts";
import type { Family, IssuedTokens } from "./families.ts";
import { drawFault, json } from "./faults.ts";
import type { Fault } from "./faults.ts";
import { randomNumbers } from "./random.ts";
import { answerToken, overlaps } from "./token-endpoint.ts";
import type { Spend, TokenEndpoint } from "./token-endpoint.ts";

export interface HostileServerOptions {
  /**
   * For how long a spent refresh token gets its successor again, unless that is spent too, s; 0, the default: reuse ends
   * the family at once.
   */
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
  const spends: TokenEndpoint["spends"] = [];
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
