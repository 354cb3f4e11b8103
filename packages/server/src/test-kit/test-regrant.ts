import type { EventJson } from "../admin/events.ts";
import type { NewClientInput } from "../admin/clients.ts";
import type { TokenResponseBody } from "../http/responses.ts";
import type { RegrantOptions } from "../regrant-options.ts";
import type { Regrant } from "../regrant.ts";
import type { TestAccessToken } from "./access-token.ts";
import type { TestUser } from "./authorize.ts";
import { TestClock } from "./clock.ts";
import { TestNetwork } from "./network.ts";

/** Options of `createRegrant`, all with a default: a database in memory, keys that are made at once, no log. */
export interface TestRegrantOptions extends Partial<Omit<RegrantOptions, "now">> {
  /** Several services of one test may share a clock. Default: one that stands still at now. */
  clock?: TestClock;
}

/** A client that a test has registered. */
export interface TestClient {
  /** `client_id` */
  id: string;
  /** "" for a public client. */
  secret: string;
  /** The parameters `client_id` and, of a confidential client, `client_secret`. */
  credentials: Record<string, string>;
}

/** Which grant `tokens` makes. */
export interface TestGrant {
  /** `sub`. Default: `customer-7`. */
  subject?: string;
  /** Space-separated. Default: all that the client may have. */
  scope?: string;
  /** Whose. Default: a new client that may have exactly `scope`. */
  client?: TestClient;
}

/** The tokens of a grant, with what a test needs to go on. */
export interface TestTokens {
  accessToken: string;
  refreshToken: string;
  /** Lifetime of the access token, s. */
  expiresIn: number;
  /** Whose they are. */
  client: TestClient;
}

/** A token service for one test: in memory, with a clock of its own, reachable without a network. */
export interface TestRegrant {
  /** The service as `createRegrant` opens it, to mount in the program under test. */
  readonly regrant: Regrant;
  /** The issuer's URL. Default: `https://auth.example`. */
  readonly issuer: string;
  /** The service's clock, which stands still until a test moves it. */
  readonly clock: TestClock;
  /** The events that were recorded so far, the oldest first. */
  readonly events: readonly EventJson[];
  /** In place of the global `fetch`, for `@regrant/client`, `@regrant/verify` and others: it reaches the issuer alone. */
  readonly fetch: (input: string | URL | Request, init?: RequestInit) => Promise<Response>;
  /** Has the next POST through `fetch` processed, and loses its response: `fetch` rejects. */
  loseNextResponse(): void;
  /** Registers a client, by default one that may refresh. */
  client(settings?: Partial<NewClientInput>): Promise<TestClient>;
  /** The first tokens of a new grant. */
  tokens(grant?: TestGrant): Promise<TestTokens>;
  /**
   * Answers the authorization request to which a client sends the browser, as a user would who signs in and allows what is
   * asked for. Returns the browser's request to the client's redirect URI, with a code.
   */
  authorize(url: string | URL, user?: TestUser): Promise<Request>;
  /** Refreshes. Rejects with the response of the token endpoint, unless it is a success. */
  refresh(tokens: Pick<TestTokens, "refreshToken" | "client">): Promise<TestTokens>;
  /** Signs an access token as the service would, or one that is expired, forged or for another audience. */
  accessToken(token?: TestAccessToken): Promise<string>;
  /** Stops the service. Nothing is left of it. */
  close(): Promise<void>;
  /** The same, for `await using`. */
  [Symbol.asyncDispose](): Promise<void>;
}

/** The settings of a test, unless it gives others. */
const DEFAULTS = {
  issuer: "https://auth.example",
  database: "sqlite::memory:",
  signingAlgorithm: "EdDSA",
  logLevel: "silent",
} as const;

/**
 * Opens a token service for one test. Each is apart from all others, so tests may run at the same time.
 *
 * @throws ConfigError as `createRegrant`
 */
export async function createTestRegrant(options: TestRegrantOptions = {}): Promise<TestRegrant> {
  // Loaded here: an older Node.js, on which it does not link, has been refused by `node-version.ts`.
  const [{ openRegrant }, { signTestToken }, { authorizeAs }] = await Promise.all([
    import("../open-regrant.ts"),
    import("./access-token.ts"),
    import("./authorize.ts"),
  ]);
  const { clock = new TestClock(), onEvent, ...given } = options;
  const events: EventJson[] = [];
  const { regrant, deps } = await openRegrant({
    ...DEFAULTS,
    ...given,
    now: clock.now,
    onEvent: (event) => {
      events.push(event);
      return onEvent?.(event);
    },
  });
  const network = new TestNetwork(deps.issuer, regrant.fetch);
  const close = () => regrant.close();
  return {
    regrant,
    issuer: deps.issuer,
    clock,
    events,
    fetch: network.fetch,
    loseNextResponse: () => network.loseNextResponse(),
    client: (settings) => registerClient(regrant, settings),
    tokens: (grant) => issueTokens(regrant, grant),
    authorize: (url, user = {}) => authorizeAs(deps, url, user),
    refresh: (tokens) => refreshTokens(regrant, deps.issuer, tokens),
    accessToken: (token = {}) => signTestToken(deps, token),
    close,
    [Symbol.asyncDispose]: close,
  };
}

async function registerClient(
  { admin }: Regrant,
  settings: Partial<NewClientInput> = {},
): Promise<TestClient> {
  const { client_id: id, client_secret: secret = "" } = await admin.clients.create({
    name: "Test client",
    ...settings,
  });
  return { id, secret, credentials: { client_id: id, ...(secret !== "" && { client_secret: secret }) } };
}

async function issueTokens(
  regrant: Regrant,
  { subject = "customer-7", scope, client }: TestGrant = {},
): Promise<TestTokens> {
  const whose = client ?? (await registerClient(regrant, scope ? { scopes: scope.split(" ") } : {}));
  return tokensOf(await regrant.issue({ clientId: whose.id, subject, scope }), whose);
}

async function refreshTokens(
  regrant: Regrant,
  issuer: string,
  { refreshToken, client }: Pick<TestTokens, "refreshToken" | "client">,
): Promise<TestTokens> {
  const body = new URLSearchParams({
    grant_type: "refresh_token",
    ...client.credentials,
    refresh_token: refreshToken,
  });
  const response = await regrant.fetch(new Request(`${issuer}/oauth/token`, { method: "POST", body }));
  if (!response.ok) throw new Error(`the refresh was refused: ${response.status} ${await response.text()}`);
  return tokensOf((await response.json()) as TokenResponseBody, client);
}

function tokensOf(body: TokenResponseBody, client: TestClient): TestTokens {
  const { access_token: accessToken, refresh_token: refreshToken = "", expires_in: expiresIn } = body;
  return { accessToken, refreshToken, expiresIn, client };
}
