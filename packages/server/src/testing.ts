import assert from "node:assert/strict";
import { randomUUID } from "node:crypto";
import { join } from "node:path";
import { createLocalJWKSet, jwtVerify } from "jose";
import type { JSONWebKeySet } from "jose";
import { pino } from "pino";
import { temporaryFolder } from "../../../test/temporary-folder.ts";
import type { ClientCertificate } from "./certificates/client-certificate.ts";
import { newClientSettings } from "./client-settings/settings.ts";
import { newClientSecret, secretDigest } from "./clients/authentication/client-secret.ts";
import { readOptions } from "./config/read-config.ts";
import type { SettingOptions } from "./config/read-config.ts";
import { resolveConfig } from "./config/resolve-config.ts";
import type { Deps } from "./deps.ts";
import { issueGrant } from "./grant-types/issue-grant.ts";
import { hashPassword } from "./identity/password-hash.ts";
import { openStore } from "./open-store.ts";
import { openService } from "./service.ts";
import type { Service, ServiceOptions } from "./service.ts";
import { Clock } from "./store/contract/fixtures.ts";
import type { ClientSettings } from "./store/store.ts";
import type { TestClient } from "./test-kit/test-regrant.ts";
import type { Tracing } from "./tracing/tracing.ts";

export type { TestClient };

export const ISSUER = "https://auth.example";
export const FORM = "application/x-www-form-urlencoded";

/** Parameters of a request; undefined ones are left out. */
export type Parameters = Record<string, string | undefined>;

export interface TestResponse {
  status: number;
  headers: Headers;
  text: string;
  /** The JSON of `text`; {} if it is a page, Markdown or other text. */
  body: Record<string, unknown>;
}

/** What a 200 of the token endpoint brought. Lifetimes in s. */
export interface Tokens {
  accessToken: string;
  refreshToken: string;
  expiresIn: number;
  refreshTokenExpiresIn: number;
}

export interface Refusal {
  status: number;
  error: string;
  reason?: string;
  description?: string;
  /** As the log line and the metric name it. */
  cause: string;
  /** As the log line names it: the parameter at fault. */
  parameter?: string;
  /** As the log line has it. */
  detail?: string;
}

/** Where requests come from, and the certificate that they come with. */
interface Caller {
  address: string;
  certificate: ClientCertificate | null;
}

interface TestServiceParts {
  service: Service;
  folder: string;
  clock: Clock;
  lines: string[];
  caller: Caller;
}

interface TestServiceOptions {
  folder?: string;
  clock?: Clock;
  /** Default: SQLite, in the folder. PostgreSQL needs the setting `masterKey`. */
  database?: string;
  fetchDocument?: NonNullable<ServiceOptions["fetchDocument"]>;
  prepareDemo?: NonNullable<ServiceOptions["prepareDemo"]>;
  /** Default: no traces. */
  tracing?: Tracing | null;
}

/** EdDSA, since its keys are made at once; a folder that was given before holds the same database again. */
export async function startService(
  settings: Partial<SettingOptions> = {},
  {
    folder = temporaryFolder(),
    clock = new Clock(),
    database = `sqlite:${databasePath(folder)}`,
    fetchDocument,
    prepareDemo,
    tracing = null,
  }: TestServiceOptions = {},
): Promise<TestService> {
  const options = { issuer: ISSUER, signingAlgorithm: "EdDSA", ...settings, database } as const;
  const config = resolveConfig(readOptions(options));
  const lines: string[] = [];
  const caller: Caller = { address: "192.0.2.1", certificate: null };
  const service = await openService({
    config: { ...config, issuer: config.issuer ?? ISSUER },
    log: pino(
      { level: "debug", base: null, ...(tracing && { mixin: tracing.logFields }) },
      { write: (line: string) => void lines.push(line) },
    ),
    tracing,
    clientAddress: () => caller.address,
    readCertificate: () => caller.certificate,
    ...(fetchDocument === undefined ? {} : { fetchDocument }),
    ...(prepareDemo === undefined ? {} : { prepareDemo }),
    open: (storeOptions) => openStore(config, { ...storeOptions, now: clock.now }),
  });
  return new TestService({ service, folder, clock, lines, caller });
}

export function databasePath(folder: string): string {
  return join(folder, "regrant.db");
}

/** A service on a SQLite file, or the database it was given, a clock that stands still, and a log that is kept. */
export class TestService {
  readonly service: Service;
  readonly deps: Deps;
  readonly passport: Service["passport"];
  readonly folder: string;
  readonly clock: Clock;
  /** The log as it was written. */
  readonly lines: string[];
  readonly caller: Caller;

  constructor(parts: TestServiceParts) {
    this.service = parts.service;
    this.deps = parts.service.deps;
    this.passport = parts.service.passport;
    this.folder = parts.folder;
    this.clock = parts.clock;
    this.lines = parts.lines;
    this.caller = parts.caller;
  }

  get log(): Record<string, unknown>[] {
    return this.lines.map((line) => JSON.parse(line) as Record<string, unknown>);
  }

  close(): Promise<void> {
    return this.service.close();
  }

  async send(path: string, init: RequestInit = {}): Promise<TestResponse> {
    const response = await this.service.fetch(new Request(`${ISSUER}${path}`, init));
    const text = await response.text();
    const isJson = text !== "" && !response.headers.get("content-type")?.startsWith("text/");
    const body = isJson ? (JSON.parse(text) as Record<string, unknown>) : {};
    return { status: response.status, headers: response.headers, text, body };
  }

  /** A form. */
  post(path: string, parameters: Parameters, headers: Record<string, string> = {}): Promise<TestResponse> {
    return this.send(path, { method: "POST", headers, body: form(parameters) });
  }

  token(parameters: Parameters, headers?: Record<string, string>): Promise<TestResponse> {
    return this.post("/oauth/token", parameters, headers);
  }

  refresh(
    client: Pick<TestClient, "credentials">,
    refreshToken: string,
    more: Parameters = {},
  ): Promise<TestResponse> {
    const parameters = { ...client.credentials, refresh_token: refreshToken, ...more };
    return this.token({ grant_type: "refresh_token", ...parameters });
  }

  introspect(client: TestClient, token: string): Promise<TestResponse> {
    return this.post("/oauth/introspect", { ...client.credentials, token });
  }

  revoke(client: TestClient, token: string): Promise<TestResponse> {
    return this.post("/oauth/revoke", { ...client.credentials, token });
  }

  /** May refresh and use passwords; scopes `read` and `write`. */
  async client(
    settings: Partial<ClientSettings> = {},
    given: { secret?: string; isPublic?: boolean; id?: string } = {},
  ): Promise<TestClient> {
    const { secret = newClientSecret(), isPublic = false, id = randomUUID() } = given;
    const defaults = {
      accessTtl: 3600,
      refreshIdleTtl: 864_000,
      refreshMaxTtl: 31_536_000,
      retryWindow: 120,
    };
    const example = { name: "Example", grantTypes: ["refresh_token", "password"], scopes: ["read", "write"] };
    const complete = newClientSettings({ ...example, ...settings } as ClientSettings, defaults, isPublic);
    const secrets = isPublic ? [] : [{ digest: secretDigest(secret), expiresAt: null }];
    const client = { id, public: isPublic, secrets, ...complete };
    assert.equal(await this.deps.store.clients.create(client, "test"), true);
    const credentials = { client_id: id, ...(isPublic ? {} : { client_secret: secret }) };
    return { id, secret, credentials };
  }

  /** @returns the subject */
  async account(username: string, password: string): Promise<string> {
    const subject = randomUUID();
    const account = { subject, username, passwordHash: await hashPassword(password) };
    assert.equal(await this.deps.store.accounts.create(account, "test"), true);
    return subject;
  }

  /** The first tokens of a new grant; for a subject that is no account, as a host makes them. */
  async grant(
    { id }: Pick<TestClient, "id">,
    { subject = "subject-1", scope = "read write", authTime = null as number | "now" | null } = {},
  ): Promise<Tokens> {
    const client = await this.deps.clients.read(id);
    assert.ok(client);
    const issued = await issueGrant(this.deps, client, { subject, scope, authTime, via: "test" });
    assert.ok("response" in issued, issued.outcome);
    const { accessToken, refreshToken = "", expiresIn, refreshTokenExpiresIn = 0 } = issued.response;
    return { accessToken, refreshToken, expiresIn, refreshTokenExpiresIn };
  }

  async metricsText(): Promise<string> {
    return this.deps.metrics.registry.metrics();
  }

  /** How often an endpoint came to this outcome, of any grant type. */
  async counted(endpoint: string, outcome: string): Promise<number> {
    const metric = await this.deps.metrics.registry.getSingleMetric("regrant_requests_total")?.get();
    const rows = metric?.values ?? [];
    return rows
      .filter(({ labels }) => labels["endpoint"] === endpoint && labels["outcome"] === outcome)
      .reduce((sum, { value }) => sum + value, 0);
  }

  /** Sends what must be refused, and holds both faces: the wire, and the cause in log line and metric. */
  async refused(
    send: () => Promise<TestResponse>,
    expected: Refusal,
    endpoint = "token",
  ): Promise<TestResponse> {
    const { status, error, reason, description, cause, parameter, detail } = expected;
    const before = await this.counted(endpoint, cause);
    const seen = this.lines.length;
    const answer = await send();
    assert.equal(answer.status, status, answer.text);
    assert.equal(answer.body["error"], error);
    assert.equal(answer.body["error_reason"], reason);
    if (description !== undefined) assert.equal(answer.body["error_description"], description);
    assert.equal(answer.headers.get("cache-control"), "no-store");
    const lines = this.log.slice(seen).filter(({ msg }) => msg === "refused");
    assert.deepEqual(
      lines.map((line) => [line["endpoint"], line["status"], line["error"], line["cause"]]),
      [[endpoint, status, error, cause]],
    );
    assert.deepEqual(
      lines.map((line) => [line["parameter"], line["detail"]]),
      [[parameter, detail]],
    );
    assert.equal(await this.counted(endpoint, cause), before + 1, `the metric of ${cause}`);
    return answer;
  }

  /** Checks an access token against the JWKS that is served, at the test's clock. */
  async verified(accessToken: string) {
    const { body } = await this.send("/.well-known/jwks.json");
    const currentDate = new Date(this.clock.at);
    const { payload, protectedHeader } = await jwtVerify(
      accessToken,
      createLocalJWKSet(body as unknown as JSONWebKeySet),
      { currentDate },
    );
    return { header: protectedHeader, claims: payload };
  }
}

export function form(parameters: Parameters): URLSearchParams {
  const given = Object.entries(parameters).filter(
    (entry): entry is [string, string] => entry[1] !== undefined,
  );
  return new URLSearchParams(given);
}

/** The tokens of an answer, which must be a 200. */
export function tokensOf(answer: TestResponse): Tokens {
  assert.equal(answer.status, 200, answer.text);
  const { access_token, refresh_token, expires_in, refresh_token_expires_in } = answer.body;
  return {
    accessToken: String(access_token),
    refreshToken: String(refresh_token),
    expiresIn: Number(expires_in),
    refreshTokenExpiresIn: Number(refresh_token_expires_in),
  };
}
