import { randomBytes } from "node:crypto";
import { readPassportKey } from "../../config/passport.ts";
import type { PassportPayload } from "../payload.ts";
import { PassportTokens } from "../tokens.ts";
import { issuedVectors } from "../vectors/vectors.ts";
import type { IssuedStack } from "../vectors/vectors.ts";
import type { SourceDialect } from "./source.ts";

const BOOLEAN: Record<SourceDialect, string> = {
  mysql: "tinyint(1)",
  postgres: "boolean",
  sqlite: "tinyint(1)",
};
const INSTANT: Record<SourceDialect, string> = {
  mysql: "datetime",
  postgres: "timestamp(0)",
  sqlite: "datetime",
};

/** The tables as the migrations of Passport 10 to 12 and of 13 make them. */
export function passportTables(dialect: SourceDialect, passport: 10 | 13): string[] {
  const [bool, instant] = [BOOLEAN[dialect], INSTANT[dialect]];
  const uuid = dialect === "postgres" ? "uuid" : "char(36)";
  const [tokenId, clientId] = passport === 13 ? ["char(80)", uuid] : ["varchar(100)", "bigint"];
  const times = `created_at ${instant} NULL, updated_at ${instant} NULL`;
  const ofClient =
    passport === 13
      ? "redirect_uris text NOT NULL, grant_types text NOT NULL"
      : `redirect text NOT NULL, personal_access_client ${bool} NOT NULL, password_client ${bool} NOT NULL`;
  return [
    `CREATE TABLE oauth_clients (id ${clientId} PRIMARY KEY, user_id bigint, name varchar(255) NOT NULL,
       secret varchar(255), provider varchar(255), ${ofClient}, revoked ${bool} NOT NULL, ${times})`,
    `CREATE TABLE oauth_access_tokens (id ${tokenId} PRIMARY KEY, user_id bigint, client_id ${clientId} NOT NULL,
       name varchar(255), scopes text, revoked ${bool} NOT NULL, ${times}, expires_at ${instant} NULL)`,
    `CREATE TABLE oauth_refresh_tokens (id ${tokenId} PRIMARY KEY, access_token_id ${tokenId} NOT NULL,
       revoked ${bool} NOT NULL, expires_at ${instant} NULL)`,
    "CREATE INDEX oauth_refresh_tokens_access_token_id_index ON oauth_refresh_tokens (access_token_id)",
  ];
}

/** What a program in the field holds. */
export interface HeldToken {
  clientId: string;
  clientSecret: string | null;
  refreshToken: string;
  payload: PassportPayload;
}

/** One INSERT for each client of a stack, as its Passport would store it. */
export function clientRows({ clients }: IssuedStack, passport: 10 | 13): string[] {
  const callback = "http://localhost/cb";
  return clients.map(({ id, secret, revoked }, i) => {
    const kind =
      passport === 13
        ? `'${JSON.stringify([callback])}', '["authorization_code","refresh_token","password","implicit"]'`
        : `'${callback},${callback}2', FALSE, ${i % 2 === 0 ? "TRUE" : "FALSE"}`;
    const columns =
      passport === 13 ? "redirect_uris, grant_types" : "redirect, personal_access_client, password_client";
    const stored = secret === null ? "NULL" : `'${secret}'`;
    return `INSERT INTO oauth_clients (id, name, secret, ${columns}, revoked)
      VALUES ('${id}', 'Client ${i + 1}', ${stored}, ${kind}, ${revoked ? "TRUE" : "FALSE"})`;
  });
}

interface RowState {
  revoked?: boolean;
  /** The access token's row is gone. */
  purged?: boolean;
}

/** The INSERTs of some sessions' two rows. */
export function sessionRows(
  payloads: readonly PassportPayload[],
  { revoked, purged }: RowState = {},
): string[] {
  const at = (s: number) => `'${new Date(s * 1000).toISOString().slice(0, 19).replace("T", " ")}'`;
  const access = payloads.map(({ accessTokenId, subject, clientId, scopes, expiresAt }) => {
    const issued = at(expiresAt - 31_536_000);
    const user = subject === null ? "NULL" : `'${subject}'`;
    const facts = `'${JSON.stringify(scopes)}', FALSE, ${issued}, ${at(expiresAt - 31_536_000 + 86_399)}`;
    return `('${accessTokenId}', ${user}, '${clientId}', ${facts})`;
  });
  const refresh = payloads.map(
    ({ tokenId, accessTokenId, expiresAt }) =>
      `('${tokenId}', '${accessTokenId}', ${revoked ? "TRUE" : "FALSE"}, ${at(expiresAt)})`,
  );
  const insertAccess = `INSERT INTO oauth_access_tokens (id, user_id, client_id, scopes, revoked, created_at, expires_at)
    VALUES ${access.join(", ")}`;
  const insertRefresh = `INSERT INTO oauth_refresh_tokens (id, access_token_id, revoked, expires_at)
    VALUES ${refresh.join(", ")}`;
  return purged ? [insertRefresh] : [insertAccess, insertRefresh];
}

/** The tokens that a real Passport issued. */
export function recordedTokens({ tokens }: IssuedStack): HeldToken[] {
  return tokens.map(({ client_id, client_secret, refresh_token, payload }) => ({
    clientId: client_id,
    clientSecret: client_secret,
    refreshToken: refresh_token,
    payload: {
      clientId: client_id,
      tokenId: payload.refresh_token_id,
      accessTokenId: payload.access_token_id,
      scopes: payload.scopes,
      subject: String(payload.user_id),
      expiresAt: payload.expire_time,
      own: null,
    },
  }));
}

const key = readPassportKey(issuedVectors.app_key);
if (key === undefined) throw new Error("the vectors' key cannot be read");
/** One salt for all: making a token costs no PBKDF2. */
const maker = new PassportTokens(key);

/** Tokens as Passport would make them, of the clients that hold `like`, each of another user. */
export async function madeTokens(
  like: readonly HeldToken[],
  count: number,
  firstUser: number,
): Promise<HeldToken[]> {
  const made = Array.from({ length: count }, async (_, i) => {
    const model = like[i % like.length];
    if (model === undefined) throw new Error("there is no client to make tokens of");
    const ids = { tokenId: randomBytes(40).toString("hex"), accessTokenId: randomBytes(40).toString("hex") };
    const payload = { ...model.payload, ...ids, subject: String(firstUser + i) };
    return { ...model, payload, refreshToken: await maker.seal(payload) };
  });
  return Promise.all(made);
}
