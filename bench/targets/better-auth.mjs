// better-auth with its oauth-provider and jwt plugins on node:http: its own adapter on a pool of pg, RS256, tokens hashed,
// JWT access tokens for a resource, the client and the resource in its caches, and its hook `jwt.sign` for signatures. As
// its documentation begins (PEER_VARIANT=documented), the jwt plugin reads, decrypts and imports its key for each token.
// Its limit of requests per address is off: all load comes from one. Without the scope openid there is no ID token, so
// that a refresh signs once, as everybody's here. Users, client and first refresh tokens are made by its own adapter.
// Revoked rows are left to a job that does not run here.
import { oauthProvider } from "@better-auth/oauth-provider";
import { betterAuth } from "better-auth";
import { getMigrations } from "better-auth/db/migration";
import { toNodeHandler } from "better-auth/node";
import { jwt } from "better-auth/plugins";
import { createHash, randomBytes } from "node:crypto";
import { createServer } from "node:http";
import { Pool } from "pg";
import * as setting from "./peer-setting.mjs";

const { ACCESS_TTL, AUDIENCE, CLIENT_ID, CLIENT_SECRET, REFRESH_TTL } = setting;
const SCOPES = [...setting.SCOPES, "offline_access"];

const isDocumented = setting.VARIANT === "documented";
const paths = { token: "/api/auth/oauth2/token", jwks: isDocumented ? "/api/auth/jwks" : "/jwks" };
const keyPairConfig = { alg: "RS256", modulusLength: 2048 };
const keys = isDocumented
  ? { jwks: { keyPairConfig } }
  : {
      jwks: { keyPairConfig, remoteUrl: `http://localhost:3000${paths.jwks}` },
      jwt: { sign: setting.signAccessToken },
    };

const auth = betterAuth({
  baseURL: "http://localhost:3000",
  secret: randomBytes(32).toString("base64url"),
  database: new Pool({ connectionString: setting.DATABASE, max: setting.CONNECTIONS }),
  disabledPaths: ["/token"],
  rateLimit: { enabled: false },
  telemetry: { enabled: false },
  logger: { level: "error" },
  plugins: [
    jwt({ ...keys, disableSettingJwtHeader: true }),
    oauthProvider({
      loginProvider: "/sign-in",
      consentPage: "/consent",
      scopes: SCOPES,
      accessTokenExpiresIn: ACCESS_TTL,
      refreshTokenExpiresIn: REFRESH_TTL,
      resources: [AUDIENCE],
      cachedResources: new Set([AUDIENCE]),
      cachedTrustedClients: new Set([CLIENT_ID]),
      silenceWarnings: { oauthAuthServerConfig: true, openidConfig: true },
    }),
  ],
});
await (await getMigrations(auth.options)).runMigrations();

// As the plugin stores them.
const hash = (secret) => createHash("sha256").update(secret).digest("base64url");

const { adapter } = await auth.$context;
const now = new Date();
const expiresAt = new Date(now.getTime() + REFRESH_TTL * 1000);
await adapter.create({
  model: "oauthClient",
  data: {
    clientId: CLIENT_ID,
    clientSecret: hash(CLIENT_SECRET),
    name: "Bench",
    scopes: SCOPES,
    redirectUris: ["https://app.example.com/callback"],
    grantTypes: ["authorization_code", "refresh_token"],
    responseTypes: ["code"],
    tokenEndpointAuthMethod: "client_secret_post",
    disabled: false,
    createdAt: now,
    updatedAt: now,
  },
});

const resource = await adapter.findOne({
  model: "oauthResource",
  where: [{ field: "identifier", value: AUDIENCE }],
});
if (resource === null) {
  await adapter.create({
    model: "oauthResource",
    data: { identifier: AUDIENCE, name: "Orders", disabled: false, createdAt: now, updatedAt: now },
  });
}
await adapter.create({
  model: "oauthClientResource",
  data: { clientId: CLIENT_ID, resourceId: AUDIENCE, createdAt: now },
});

const tokens = [];
for (let n = 0; n < setting.GRANTS; n++) {
  const user = await adapter.create({
    model: "user",
    data: {
      name: `Account ${n}`,
      email: `account-${n}@example.com`,
      emailVerified: true,
      createdAt: now,
      updatedAt: now,
    },
  });
  const token = randomBytes(24).toString("base64url");
  await adapter.create({
    model: "oauthRefreshToken",
    data: {
      token: hash(token),
      clientId: CLIENT_ID,
      userId: user.id,
      scopes: SCOPES,
      resources: [AUDIENCE],
      authTime: now,
      createdAt: now,
      expiresAt,
    },
  });
  tokens.push(token);
}

const handle = toNodeHandler(auth);
const server = createServer((request, response) => {
  if (request.url === "/jwks") response.end(JSON.stringify(setting.publicJwks()));
  else handle(request, response).catch((error) => response.destroy(error));
});
server.listen(0, "127.0.0.1", () => {
  setting.announce({ port: server.address().port, ...paths, tokens });
});
