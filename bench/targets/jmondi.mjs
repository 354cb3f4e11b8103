// @jmondi/oauth2-server on Fastify: repositories over tables, a row for each pair of tokens, `revoke` that lets the old
// pair expire, opaque refresh tokens (so that a refresh signs once, as everybody's here), and a JwtService of one's own
// for RS256. A refresh is one SELECT, one INSERT and one UPDATE: `issueToken` makes both tokens of a pair, `persist` stores
// them, and the client is in memory. As its documentation shows it (PEER_VARIANT=documented), `issueRefreshToken` updates
// the row that `persist` has just inserted, and clients are rows that those of the tokens refer to. The first pairs are
// made by the repository's own functions. Revoked rows are left to a job that does not run here.
import formbody from "@fastify/formbody";
import { AuthorizationServer, DateInterval, generateRandomToken, JwtService } from "@jmondi/oauth2-server";
import { handleFastifyError, handleFastifyReply, requestFromFastify } from "@jmondi/oauth2-server/fastify";
import fastify from "fastify";
import * as setting from "./peer-setting.mjs";

const { ACCESS_TTL, AUDIENCE, CLIENT_ID, REFRESH_TTL, SCOPES } = setting;
const sql = setting.openDatabase();
const isDocumented = setting.VARIANT === "documented";

await sql`CREATE TABLE clients (
  id text PRIMARY KEY, name text NOT NULL, secret text, redirect_uris text[] NOT NULL, allowed_grants text[] NOT NULL,
  scopes text[] NOT NULL)`;
await sql`CREATE TABLE tokens (
  access_token text PRIMARY KEY, access_token_expires_at timestamptz NOT NULL,
  refresh_token text UNIQUE, refresh_token_expires_at timestamptz,
  client_id text NOT NULL ${sql.unsafe(isDocumented ? "REFERENCES clients" : "")}, user_id text, scopes text[] NOT NULL, auth_code_id text,
  created_at timestamptz NOT NULL DEFAULT now()) WITH (fillfactor = 80)`;
await sql`INSERT INTO clients VALUES
  (${CLIENT_ID}, 'Bench', ${setting.CLIENT_SECRET}, '{}', ${["refresh_token"]}, ${SCOPES})`;

const scopesOf = (names) => names.map((name) => ({ name }));

function clientOf(row) {
  return {
    id: row.id,
    name: row.name,
    secret: row.secret,
    redirectUris: row.redirect_uris,
    allowedGrants: row.allowed_grants,
    scopes: scopesOf(row.client_scopes),
  };
}

async function readClient(id) {
  const [row] = await sql`SELECT *, scopes AS client_scopes FROM clients WHERE id = ${id}`;
  if (row === undefined) throw new Error("unknown client");
  return clientOf(row);
}

const client = await readClient(CLIENT_ID);

const clientRepository = {
  async getByIdentifier(id) {
    if (isDocumented) return readClient(id);
    if (id !== CLIENT_ID) throw new Error("unknown client");
    return client;
  },
  async isClientValid(grantType, client, secret) {
    return client.allowedGrants.includes(grantType) && setting.isClientSecret(secret);
  },
};

function refreshTokenFields() {
  const refreshTokenExpiresAt = new DateInterval(`${REFRESH_TTL / 86_400}d`).getEndDate();
  return { refreshToken: generateRandomToken(), refreshTokenExpiresAt };
}

const tokenRepository = {
  async issueToken(client, scopes, user) {
    const accessTokenExpiresAt = new Date(Date.now() + ACCESS_TTL * 1000);
    const token = { accessToken: generateRandomToken(), accessTokenExpiresAt, client, user, scopes };
    return isDocumented ? token : { ...token, ...refreshTokenFields() };
  },
  async persist(token) {
    await sql`INSERT INTO tokens
      (access_token, access_token_expires_at, refresh_token, refresh_token_expires_at, client_id, user_id, scopes)
      VALUES (${token.accessToken}, ${token.accessTokenExpiresAt}, ${token.refreshToken ?? null},
        ${token.refreshTokenExpiresAt ?? null}, ${token.client.id}, ${token.user?.id ?? null},
        ${token.scopes.map(({ name }) => name)})`;
  },
  async issueRefreshToken(token) {
    if (!isDocumented) return token;
    Object.assign(token, refreshTokenFields());
    await sql`UPDATE tokens SET refresh_token = ${token.refreshToken},
      refresh_token_expires_at = ${token.refreshTokenExpiresAt} WHERE access_token = ${token.accessToken}`;
    return token;
  },
  async revoke(token) {
    await sql`UPDATE tokens SET access_token_expires_at = 'epoch', refresh_token_expires_at = 'epoch'
      WHERE access_token = ${token.accessToken}`;
  },
  async isRefreshTokenRevoked(token) {
    return Date.now() > token.refreshTokenExpiresAt.getTime();
  },
  async getByRefreshToken(refreshToken) {
    const [row] = isDocumented
      ? await sql`SELECT clients.*, clients.scopes AS client_scopes, tokens.*
          FROM tokens JOIN clients ON clients.id = client_id WHERE refresh_token = ${refreshToken}`
      : await sql`SELECT * FROM tokens WHERE refresh_token = ${refreshToken}`;
    if (row === undefined) throw new Error("unknown refresh token");
    return {
      accessToken: row.access_token,
      accessTokenExpiresAt: row.access_token_expires_at,
      refreshToken: row.refresh_token,
      refreshTokenExpiresAt: row.refresh_token_expires_at,
      client: isDocumented ? clientOf(row) : await clientRepository.getByIdentifier(row.client_id),
      user: row.user_id === null ? null : { id: row.user_id },
      scopes: scopesOf(row.scopes),
    };
  },
};

// The scopes are part of the configuration.
const scopeRepository = {
  async getAllByIdentifiers(names) {
    return scopesOf(names.filter((name) => SCOPES.includes(name)));
  },
  async finalize(scopes) {
    return scopes;
  },
};

class Rs256JwtService extends JwtService {
  sign(claims) {
    return setting.signAccessToken(claims);
  }

  extraTokenFields() {
    return { aud: AUDIENCE };
  }
}

const authorizationServer = new AuthorizationServer(
  clientRepository,
  tokenRepository,
  scopeRepository,
  new Rs256JwtService(setting.privateKey),
  { issuer: "http://localhost:3000", useOpaqueRefreshTokens: true },
);
authorizationServer.enableGrantType("refresh_token", new DateInterval(`${ACCESS_TTL}s`));

const tokens = [];
for (let n = 0; n < setting.GRANTS; n++) {
  const token = await tokenRepository.issueToken(client, scopesOf(SCOPES), { id: `account-${n}` });
  await tokenRepository.persist(token);
  tokens.push((await tokenRepository.issueRefreshToken(token)).refreshToken);
}

const app = fastify();
app.register(formbody);
app.post("/token", async (request, reply) => {
  try {
    const response = await authorizationServer.respondToAccessTokenRequest(requestFromFastify(request));
    handleFastifyReply(reply, response);
  } catch (error) {
    handleFastifyError(error, reply);
  }
  return reply;
});
app.get("/jwks", async () => setting.publicJwks());
await app.listen({ port: 0, host: "127.0.0.1" });
setting.announce({ port: app.server.address().port, token: "/token", jwks: "/jwks", tokens });
