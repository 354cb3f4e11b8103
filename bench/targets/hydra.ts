// Ory Hydra as its documentation recommends beside a login and consent application: PostgreSQL, JWT access tokens, RSA
// of 2,048 bits (its own default is 4,096), warnings only in its log. The grants are made by whole authorization code
// flows, whose login and consent this file accepts. Hydra keeps a client's secret as PBKDF2 of 25,000 rounds, and
// derives it at each request of the client; `digest` sets one round, what a fast hash would cost. All 16 connections to
// the database stay open: by default Hydra keeps one for each core, and opens and closes the others under load.
import { execFileSync } from "node:child_process";
import { generateKeyPairSync, randomBytes } from "node:crypto";
import { mkdirSync } from "node:fs";
import { join } from "node:path";
import { freePort } from "../../test/ports.ts";
import { startServer } from "../child.ts";
import { followed, installed, untilAnswered } from "./browser.ts";
import type { RunningServer } from "./regrant.ts";

const CLIENT = {
  client_id: "00000000-0000-4000-8000-000000000001",
  client_secret: randomBytes(30).toString("base64url"),
};
const CALLBACK = "http://127.0.0.1/callback";
const SCOPE = "offline_access orders:read orders:write";
const AUDIENCE = "https://orders.example.com";

export interface HydraOptions {
  /** One round of PBKDF2 for the client's secret, instead of Hydra's 25,000. */
  digest?: boolean;
  /** How long a used refresh token is accepted again, s; Hydra's default is 0. */
  grace?: number;
}

export async function serveHydra(
  { folder, database, grants }: { folder: string; database: string; grants: number },
  options: HydraOptions,
): Promise<RunningServer> {
  const program = installed("HYDRA_BIN");
  mkdirSync(folder, { recursive: true });
  const [port, adminPort] = [await freePort(), await freePort()];
  const [url, admin] = [`http://127.0.0.1:${port}`, `http://127.0.0.1:${adminPort}/admin`];
  const env = { ...process.env, ...settings(database, { port, adminPort, ...options }) };
  execFileSync(program, ["migrate", "sql", "up", "-e", "--yes"], { env, stdio: "ignore" });
  const started = performance.now();
  const log = join(folder, "server.log");
  const server = startServer(["serve", "all", "--dev"], { program, cwd: folder, env, log });
  await untilAnswered(server, `${url}/health/ready`);
  const startTime = performance.now() - started;
  await importKeys(admin);
  await createClient(admin);
  const tokens: string[] = [];
  while (tokens.length < grants) tokens.push(await refreshToken({ url, admin }, `account-${tokens.length}`));
  const jwksUrl = `${url}/.well-known/jwks.json`;
  return {
    ...server,
    version: /v\d\S+/.exec(execFileSync(program, ["version"], { encoding: "utf8" }))?.[0],
    startTime,
    plan: { url: `${url}/oauth2/token`, form: CLIENT, tokens, pids: [server.pid], jwksUrl },
  };
}

function settings(
  database: string,
  { port, adminPort, digest = false, grace = 0 }: HydraOptions & { port: number; adminPort: number },
): Record<string, string> {
  return {
    DSN: `${database}?sslmode=disable&max_conns=16&max_idle_conns=16`,
    SECRETS_SYSTEM: randomBytes(30).toString("base64url"),
    URLS_SELF_ISSUER: `http://127.0.0.1:${port}`,
    URLS_LOGIN: "http://127.0.0.1/login",
    URLS_CONSENT: "http://127.0.0.1/consent",
    SERVE_PUBLIC_HOST: "127.0.0.1",
    SERVE_PUBLIC_PORT: String(port),
    SERVE_ADMIN_HOST: "127.0.0.1",
    SERVE_ADMIN_PORT: String(adminPort),
    STRATEGIES_ACCESS_TOKEN: "jwt",
    TTL_REFRESH_TOKEN: "240h",
    LOG_LEVEL: "warn",
    SQA_OPT_OUT: "true",
    ...(digest ? { OAUTH2_HASHERS_PBKDF2_ITERATIONS: "1" } : {}),
    ...(grace > 0 ? { OAUTH2_GRANT_REFRESH_TOKEN_ROTATION_GRACE_PERIOD: `${grace}s` } : {}),
  };
}

async function createClient(admin: string): Promise<void> {
  await send("POST", `${admin}/clients`, {
    ...CLIENT,
    grant_types: ["authorization_code", "refresh_token"],
    response_types: ["code"],
    redirect_uris: [CALLBACK],
    scope: SCOPE,
    audience: [AUDIENCE],
    token_endpoint_auth_method: "client_secret_post",
  });
}

/** Of the access tokens, and of the ID tokens, which no refresh here gets. */
async function importKeys(admin: string): Promise<void> {
  for (const set of ["hydra.jwt.access-token", "hydra.openid.id-token"]) {
    const { privateKey } = generateKeyPairSync("rsa", { modulusLength: 2048 });
    const key = { ...privateKey.export({ format: "jwk" }), kid: set, alg: "RS256", use: "sig" };
    await send("PUT", `${admin}/keys/${set}`, { keys: [key] });
  }
}

/** What a browser, and the login and consent application behind it, do until there is a code; then the client. */
async function refreshToken(
  { url, admin }: { url: string; admin: string },
  subject: string,
): Promise<string> {
  const requests = `${admin}/oauth2/auth/requests`;
  const cookies = new Map<string, string>();
  const asked = new URLSearchParams({
    response_type: "code",
    client_id: CLIENT.client_id,
    redirect_uri: CALLBACK,
    scope: SCOPE,
    audience: AUDIENCE,
    state: randomBytes(12).toString("hex"),
  });
  const login = await followed(`${url}/oauth2/auth?${asked.toString()}`, cookies);
  const accept = async (step: string, page: URL, body: object) => {
    const challenge = `${step}_challenge=${encodeURIComponent(page.searchParams.get(`${step}_challenge`) ?? "")}`;
    const accepted = await send("PUT", `${requests}/${step}/accept?${challenge}`, body);
    return followed(String(accepted["redirect_to"]), cookies);
  };
  const consent = await accept("login", login, { subject });
  const granted = { grant_scope: SCOPE.split(" "), grant_access_token_audience: [AUDIENCE] };
  const callback = await accept("consent", consent, granted);
  const code = callback.searchParams.get("code") ?? "";
  const body = { grant_type: "authorization_code", code, redirect_uri: CALLBACK, ...CLIENT };
  const response = await fetch(`${url}/oauth2/token`, { method: "POST", body: new URLSearchParams(body) });
  const { refresh_token: token } = (await response.json()) as { refresh_token?: string };
  if (token === undefined)
    throw new Error(`Hydra issued no refresh token: ${response.status}, ${callback.href}`);
  return token;
}

async function send(method: string, url: string, body: object): Promise<Record<string, unknown>> {
  const headers = { "Content-Type": "application/json" };
  const response = await fetch(url, { method, headers, body: JSON.stringify(body) });
  if (!response.ok) throw new Error(`${method} ${url}: ${response.status} ${await response.text()}`);
  return (await response.json()) as Record<string, unknown>;
}
