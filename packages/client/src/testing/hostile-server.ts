import type { IncomingMessage, ServerResponse } from "node:http";
import type { AddressInfo } from "node:net";
import { pause } from "./contract-case.ts";
import { drawFault, json } from "./faults.ts";
import type { Fault } from "./faults.ts";
import { randomNumbers } from "./random.ts";
import { handleTokenRequest, overlaps } from "./token-endpoint.ts";
import type { RecordedRefresh, TokenEndpoint } from "./token-endpoint.ts";
import { TokenFamilies } from "./token-families.ts";
import type { IssuedTokens, TokenFamily } from "./token-families.ts";

/** How the server behaves. */
export interface HostileServerOptions {
  /**
   * How long a spent refresh token gets its successor again, unless that is spent too, s. Default 0: reuse revokes the
   * family at once.
   */
  readonly retryWindow?: number;
  /** Default true. false: a refresh token stays valid, and the response to a refresh has none. */
  readonly rotates?: boolean;
  /** Whether the metadata advertises the window (`refresh_token_retry_window`). Default: if there is one. */
  readonly advertise?: boolean;
  /** Lifetime of access tokens, s. Default 3600. */
  readonly accessTtl?: number;
  /** Time to a correct response, ms; half of it passes before the token is spent. Default 10. */
  readonly latency?: number;
  /** Probability of each fault per token request. Default: none. */
  readonly faultRates?: Partial<Record<Fault, number>>;
  /** Seed of the random faults. Default: random, reported as `seed`. */
  readonly seed?: number;
  /** The server's clock minus this machine's, ms. Default 0. */
  readonly clockOffset?: number;
  /** Port to listen on. Default: any free one. */
  readonly port?: number;
}

/**
 * An authorization server for tests that injects network and server faults. It rotates refresh tokens, revokes the token
 * family when a spent one is presented after the retry window, and records every refresh.
 */
export interface HostileServer {
  /** The server's URL, and its issuer identifier (RFC 8414 §2). */
  readonly issuer: string;
  /** URL of the token endpoint: refreshes, and password requests, which all succeed. */
  readonly tokenEndpoint: string;
  /**
   * An API: 200 for a valid access token, else 401 with an `invalid_token` challenge (RFC 6750 §3). `?after=MS` delays the
   * response; with `?challenge=none` a 401 has no challenge.
   */
  readonly resource: string;
  /** Seed of the random faults, with which a failed run can be repeated. */
  readonly seed: number;
  /** Issues the first tokens of a new family, as a login does. */
  login(): IssuedTokens;
  /** Faults of the next token requests, in order; `undefined` is a correct response. Then `faultRates` apply again. */
  script(...faults: (Fault | undefined)[]): void;
  /** Makes the API reject every access token issued so far. */
  expireAccessTokens(): void;
  /** All refreshes received so far, in order. */
  readonly refreshes: readonly RecordedRefresh[];
  /** The token families of all logins so far, in order. */
  readonly families: readonly TokenFamily[];
  /** Pairs of refreshes with one token of which the second began before the first had ended. */
  overlaps(): [RecordedRefresh, RecordedRefresh][];
  /** Closes all connections and the server. */
  close(): Promise<void>;
  /** As `close`, for `await using`. */
  [Symbol.asyncDispose](): Promise<void>;
}

/** Starts a server on the loopback interface. Requires `node:http`. */
export async function hostileServer(options: HostileServerOptions = {}): Promise<HostileServer> {
  const { createServer } = await import("node:http");
  const seed = options.seed ?? Math.floor(Math.random() * 2 ** 32);
  const {
    retryWindow = 0,
    rotates = true,
    accessTtl = 3600,
    clockOffset = 0,
    latency = 10,
    faultRates = {},
  } = options;
  const families = new TokenFamilies({ retryWindow, rotates, accessTtl, now: () => performance.now() });
  const refreshes: TokenEndpoint["refreshes"] = [];
  const scripted: (Fault | undefined)[] = [];
  const random = randomNumbers(seed);
  const nextFault = () => (scripted.length > 0 ? scripted.shift() : drawFault(faultRates, random()));

  const server = createServer((request, response) => {
    response.setHeader("Date", new Date(Date.now() + clockOffset).toUTCString());
    allowCors(response);
    const route = request.method === "OPTIONS" ? undefined : routes[urlOf(request).pathname];
    if (route === undefined) response.writeHead(request.method === "OPTIONS" ? 204 : 404).end();
    // It rejects if the request ends early.
    else route(request, response).catch(() => response.destroy());
  });
  await new Promise<void>((resolve, reject) => {
    server.once("error", reject).listen(options.port ?? 0, "127.0.0.1", resolve);
  });
  const issuer = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  const window = (options.advertise ?? retryWindow > 0) ? { refresh_token_retry_window: retryWindow } : {};
  const metadata = JSON.stringify({ issuer, token_endpoint: `${issuer}/token`, ...window });

  const routes: Record<string, (request: IncomingMessage, response: ServerResponse) => Promise<void>> = {
    "/token": (request, response) =>
      handleTokenRequest(request, response, { families, refreshes, latency, nextFault }),
    "/resource": (request, response) => handleResource(request, response, families),
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
    refreshes,
    families: families.all,
    overlaps: () => overlaps(refreshes),
    close,
    [Symbol.asyncDispose]: close,
  };
}

async function handleResource(
  request: IncomingMessage,
  response: ServerResponse,
  families: TokenFamilies,
): Promise<void> {
  const [, token = ""] = /^Bearer (.+)$/i.exec(request.headers.authorization ?? "") ?? [];
  const isValid = families.accepts(token);
  const { searchParams } = urlOf(request);
  await pause(Number(searchParams.get("after")));
  if (isValid) json(response, 200, '{"ok":true}');
  else if (searchParams.get("challenge") === "none") json(response, 401, "{}");
  else json(response, 401, "{}", { "WWW-Authenticate": 'Bearer error="invalid_token"' });
}

function urlOf(request: IncomingMessage): URL {
  return new URL(request.url ?? "", "http://localhost");
}

/** CORS: pages of any origin may call, and read the headers that a client needs. */
function allowCors(response: ServerResponse): void {
  response.setHeader("Access-Control-Allow-Origin", "*");
  response.setHeader("Access-Control-Allow-Headers", "Authorization, Content-Type");
  response.setHeader("Access-Control-Expose-Headers", "Date, Retry-After, WWW-Authenticate, X-Request-Id");
}
