// Keycloak in production mode, one node, PostgreSQL, with its defaults but for what is compared: refresh tokens are
// revoked when they are used (`revokeRefreshToken`; by default they are not), and the realm has two scopes alone, so that
// an access token is as small as everybody's here. Each session is a login with a password. Its keys are RSA of 2,048 bits.
import { randomBytes } from "node:crypto";
import { mkdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { freePort } from "../../test/ports.ts";
import { processesOf } from "../accounting.ts";
import { startServer } from "../child.ts";
import { installed, untilAnswered } from "./browser.ts";
import type { RunningServer } from "./regrant.ts";

const CLIENT = { client_id: "bench", client_secret: randomBytes(30).toString("base64url") };
const USER = { username: "ada", password: randomBytes(12).toString("base64url") };
const SCOPES = ["orders:read", "orders:write"];
const DAY = 86_400;

export async function serveKeycloak({
  folder,
  database,
  grants,
}: {
  folder: string;
  database: string;
  grants: number;
}): Promise<RunningServer> {
  const home = installed("KEYCLOAK_HOME");
  const imported = join(home, "data/import/bench-realm.json");
  mkdirSync(folder, { recursive: true });
  mkdirSync(dirname(imported), { recursive: true });
  writeFileSync(imported, JSON.stringify(realm()));
  const port = await freePort();
  const started = performance.now();
  const server = startServer(["start", "--optimized", "--import-realm", ...flags(database, port)], {
    program: join(home, "bin/kc.sh"),
    end: "SIGTERM",
    cwd: folder,
    env: process.env,
    log: join(folder, "server.log"),
  });
  const endpoints = `http://127.0.0.1:${port}/realms/bench/protocol/openid-connect`;
  await untilAnswered(server, `${endpoints}/certs`);
  rmSync(imported);
  const startTime = performance.now() - started;
  const tokens: string[] = [];
  while (tokens.length < grants) tokens.push(await refreshToken(`${endpoints}/token`));
  return {
    ...server,
    version: /\d[\d.]+/.exec(readFileSync(join(home, "version.txt"), "utf8"))?.[0],
    startTime,
    plan: {
      url: `${endpoints}/token`,
      form: CLIENT,
      tokens,
      pids: processesOf(server.pid),
      jwksUrl: `${endpoints}/certs`,
    },
  };
}

function flags(database: string, port: number): string[] {
  const { username, password, host, pathname } = new URL(database);
  const options = {
    "db-url": `jdbc:postgresql://${host}${pathname}`,
    "db-username": username,
    "db-password": password,
    "db-pool-initial-size": "16",
    "db-pool-max-size": "16",
    "http-enabled": "true",
    "http-host": "127.0.0.1",
    "http-port": String(port),
    "hostname-strict": "false",
  };
  return Object.entries(options).map(([name, value]) => `--${name}=${value}`);
}

function realm(): object {
  const inTokens = (name: string, protocolMapper: string, config: object) => ({
    name,
    protocol: "openid-connect",
    protocolMapper,
    config: { "access.token.claim": "true", "introspection.token.claim": "true", ...config },
  });
  return {
    realm: "bench",
    enabled: true,
    sslRequired: "none",
    revokeRefreshToken: true,
    refreshTokenMaxReuse: 0,
    accessTokenLifespan: 3600,
    ssoSessionIdleTimeout: 10 * DAY,
    ssoSessionMaxLifespan: 365 * DAY,
    clientScopes: SCOPES.map((name) => ({
      name,
      protocol: "openid-connect",
      attributes: { "include.in.token.scope": "true" },
    })),
    clients: [
      {
        clientId: CLIENT.client_id,
        secret: CLIENT.client_secret,
        directAccessGrantsEnabled: true,
        standardFlowEnabled: false,
        fullScopeAllowed: false,
        defaultClientScopes: SCOPES,
        optionalClientScopes: [],
        protocolMappers: [
          inTokens("sub", "oidc-sub-mapper", {}),
          inTokens("aud", "oidc-audience-mapper", {
            "included.custom.audience": "https://orders.example.com",
          }),
        ],
      },
    ],
    users: [
      {
        username: USER.username,
        enabled: true,
        email: "ada@example.com",
        emailVerified: true,
        firstName: "Ada",
        lastName: "Lovelace",
        credentials: [{ type: "password", value: USER.password, temporary: false }],
      },
    ],
  };
}

async function refreshToken(url: string): Promise<string> {
  const body = new URLSearchParams({ grant_type: "password", ...USER, ...CLIENT });
  const response = await fetch(url, { method: "POST", body });
  const text = await response.text();
  const { refresh_token: token } = JSON.parse(text) as { refresh_token?: string };
  if (token === undefined) throw new Error(`Keycloak issued no refresh token: ${response.status} ${text}`);
  return token;
}
