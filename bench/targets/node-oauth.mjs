// @node-oauth/oauth2-server on Express, as its documentation shows it: a model over tables, JWT access tokens from
// `generateAccessToken`, `revokeToken` that deletes and says whether there was something to delete. A refresh is one
// SELECT, one DELETE and one INSERT; the client is in memory. The first tokens are made by the model's own functions.
import OAuth2Server from "@node-oauth/oauth2-server";
import express from "express";
import { randomBytes, randomUUID } from "node:crypto";
import * as setting from "./peer-setting.mjs";

const { ACCESS_TTL, AUDIENCE, CLIENT_ID, REFRESH_TTL, SCOPES } = setting;
const sql = setting.openDatabase();

// The access token is a JWT that nobody looks up; its row would only grow.
await sql`CREATE TABLE refresh_tokens (
  token text PRIMARY KEY, expires_at timestamptz NOT NULL, scope text[] NOT NULL,
  client_id text NOT NULL, user_id text NOT NULL)`;
await sql`CREATE INDEX refresh_tokens_user_id ON refresh_tokens (user_id)`;
const CLIENT = { id: CLIENT_ID, grants: ["refresh_token"], scopes: SCOPES };

const model = {
  async getClient(id, secret) {
    return id === CLIENT_ID && setting.isClientSecret(secret) ? CLIENT : false;
  },
  async generateAccessToken(client, user, scope) {
    const iat = Math.floor(Date.now() / 1000);
    return setting.signAccessToken({
      iss: "http://localhost:3000",
      aud: AUDIENCE,
      sub: user.id,
      client_id: client.id,
      scope: scope.join(" "),
      iat,
      exp: iat + ACCESS_TTL,
      jti: randomUUID(),
    });
  },
  async generateRefreshToken() {
    return randomBytes(32).toString("base64url");
  },
  async getRefreshToken(refreshToken) {
    const [row] = await sql`SELECT * FROM refresh_tokens WHERE token = ${refreshToken}`;
    if (row === undefined) return false;
    const { expires_at: refreshTokenExpiresAt, scope, client_id: clientId, user_id: userId } = row;
    return { refreshToken, refreshTokenExpiresAt, scope, client: { id: clientId }, user: { id: userId } };
  },
  async revokeToken({ refreshToken }) {
    const { count } = await sql`DELETE FROM refresh_tokens WHERE token = ${refreshToken}`;
    return count === 1;
  },
  async saveToken(token, client, user) {
    await sql`INSERT INTO refresh_tokens VALUES
      (${token.refreshToken}, ${token.refreshTokenExpiresAt}, ${token.scope}, ${client.id}, ${user.id})`;
    return { ...token, client, user };
  },
  async validateScope(_user, client, scope) {
    return scope.every((name) => client.scopes.includes(name)) ? scope : false;
  },
};

const oauth = new OAuth2Server({ model, accessTokenLifetime: ACCESS_TTL, refreshTokenLifetime: REFRESH_TTL });

const tokens = [];
for (let n = 0; n < setting.GRANTS; n++) {
  const refreshToken = await model.generateRefreshToken();
  const refreshTokenExpiresAt = new Date(Date.now() + REFRESH_TTL * 1000);
  const token = { refreshToken, refreshTokenExpiresAt, scope: SCOPES };
  await model.saveToken(token, { id: CLIENT_ID }, { id: `account-${n}` });
  tokens.push(refreshToken);
}

const app = express();
app.disable("x-powered-by");
// Nobody asks for a token conditionally.
app.disable("etag");
app.post("/token", express.urlencoded({ extended: false }), async (request, reply) => {
  const response = new OAuth2Server.Response(reply);
  try {
    await oauth.token(new OAuth2Server.Request(request), response);
    reply.set(response.headers).status(response.status).json(response.body);
  } catch (error) {
    reply.status(error.code ?? 500).json({ error: error.name, error_description: error.message });
  }
});
app.get("/jwks", (_request, reply) => {
  reply.json(setting.publicJwks());
});
const server = app.listen(0, "127.0.0.1", () => {
  setting.announce({ port: server.address().port, token: "/token", jwks: "/jwks", tokens });
});
