// oidc-provider as its documentation recommends for production: an adapter that keeps each artifact as JSON in a row and
// marks refresh tokens as consumed, JWT access tokens through resource indicators, own keys, rotation. Without the scope
// openid there is no ID token, so that a refresh signs once, as everybody's here. The client is in its configuration, and
// thus in memory. The grants are saved with the provider's own models. Rows that expire are left to a job that does not
// run here.
import { Provider } from "oidc-provider";
import * as setting from "./peer-setting.mjs";

const { ACCESS_TTL, AUDIENCE, CLIENT_ID, CLIENT_SECRET, REFRESH_TTL } = setting;
const SCOPE = setting.SCOPES.join(" ");
const sql = setting.openDatabase();

await sql`CREATE TABLE artifacts (
  model text NOT NULL, id text NOT NULL, payload jsonb NOT NULL,
  grant_id text, user_code text, uid text, consumed_at timestamptz, expires_at timestamptz,
  PRIMARY KEY (model, id)) WITH (fillfactor = 80)`;
await sql`CREATE INDEX artifacts_grant_id ON artifacts (grant_id) WHERE grant_id IS NOT NULL`;
await sql`CREATE INDEX artifacts_user_code ON artifacts (user_code) WHERE user_code IS NOT NULL`;
await sql`CREATE INDEX artifacts_uid ON artifacts (uid) WHERE uid IS NOT NULL`;

class PostgresAdapter {
  constructor(model) {
    this.model = model;
  }

  async upsert(id, payload, expiresIn) {
    const { grantId = null, userCode = null, uid = null } = payload;
    const expires = expiresIn ? new Date(Date.now() + expiresIn * 1000) : null;
    await sql`INSERT INTO artifacts (model, id, payload, grant_id, user_code, uid, expires_at)
      VALUES (${this.model}, ${id}, ${sql.json(payload)}, ${grantId}, ${userCode}, ${uid}, ${expires})
      ON CONFLICT (model, id) DO UPDATE SET payload = excluded.payload, grant_id = excluded.grant_id,
        user_code = excluded.user_code, uid = excluded.uid, expires_at = excluded.expires_at`;
  }

  async find(id) {
    return payloadOf(
      await sql`SELECT payload, consumed_at, expires_at FROM artifacts
      WHERE model = ${this.model} AND id = ${id}`,
    );
  }

  async findByUserCode(userCode) {
    return payloadOf(
      await sql`SELECT payload, consumed_at, expires_at FROM artifacts
      WHERE model = ${this.model} AND user_code = ${userCode}`,
    );
  }

  async findByUid(uid) {
    return payloadOf(
      await sql`SELECT payload, consumed_at, expires_at FROM artifacts
      WHERE model = ${this.model} AND uid = ${uid}`,
    );
  }

  async consume(id) {
    await sql`UPDATE artifacts SET consumed_at = now() WHERE model = ${this.model} AND id = ${id}`;
  }

  async destroy(id) {
    await sql`DELETE FROM artifacts WHERE model = ${this.model} AND id = ${id}`;
  }

  async revokeByGrantId(grantId) {
    await sql`DELETE FROM artifacts WHERE grant_id = ${grantId}`;
  }
}

function payloadOf([row]) {
  if (row === undefined || (row.expires_at !== null && row.expires_at < new Date())) return undefined;
  if (row.consumed_at === null) return row.payload;
  return { ...row.payload, consumed: Math.floor(row.consumed_at.getTime() / 1000) };
}

const resourceServer = {
  scope: SCOPE,
  audience: AUDIENCE,
  accessTokenTTL: ACCESS_TTL,
  accessTokenFormat: "jwt",
  jwt: { sign: { alg: "RS256" } },
};

const provider = new Provider("http://localhost:3000", {
  adapter: PostgresAdapter,
  clients: [
    {
      client_id: CLIENT_ID,
      client_secret: CLIENT_SECRET,
      grant_types: ["authorization_code", "refresh_token"],
      redirect_uris: ["https://app.example.com/callback"],
      token_endpoint_auth_method: "client_secret_post",
    },
  ],
  jwks: {
    keys: [{ ...setting.privateKey.export({ format: "jwk" }), kid: setting.KID, alg: "RS256", use: "sig" }],
  },
  cookies: { keys: [CLIENT_SECRET] },
  findAccount: (_context, sub) => ({ accountId: sub, claims: () => ({ sub }) }),
  features: {
    devInteractions: { enabled: false },
    resourceIndicators: {
      enabled: true,
      defaultResource: () => AUDIENCE,
      useGrantedResource: () => true,
      getResourceServerInfo: () => resourceServer,
    },
  },
  // offline_access switches refresh tokens on.
  scopes: ["offline_access", ...setting.SCOPES],
  rotateRefreshToken: true,
  ttl: { AccessToken: ACCESS_TTL, RefreshToken: REFRESH_TTL, Grant: REFRESH_TTL },
});

const client = await provider.Client.find(CLIENT_ID);
const tokens = [];
for (let n = 0; n < setting.GRANTS; n++) {
  const accountId = `account-${n}`;
  const grant = new provider.Grant({ accountId, clientId: CLIENT_ID });
  grant.addResourceScope(AUDIENCE, SCOPE);
  const grantId = await grant.save();
  const refreshToken = new provider.RefreshToken({
    accountId,
    client,
    grantId,
    gty: "authorization_code",
    scope: SCOPE,
    resource: AUDIENCE,
    authTime: Math.floor(Date.now() / 1000),
  });
  tokens.push(await refreshToken.save());
}

const server = provider.listen(0, "127.0.0.1", () => {
  setting.announce({ port: server.address().port, token: "/token", jwks: "/jwks", tokens });
});
