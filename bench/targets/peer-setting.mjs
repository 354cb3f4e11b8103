// What the entry files of the peers share: where their database is, one RSA key, and how they say that they listen.
import { generateKeyPairSync, randomBytes } from "node:crypto";
import postgres from "postgres";

export const DATABASE = process.env.PEER_DATABASE ?? "";
export const GRANTS = Number(process.env.PEER_GRANTS);
/** As many connections as Regrant opens, or more; the driver prepares its statements. */
export const CONNECTIONS = 16;

export const CLIENT_ID = "bench";
export const CLIENT_SECRET = randomBytes(30).toString("base64url");
export const SCOPES = ["orders:read", "orders:write"];
export const AUDIENCE = "https://orders.example.com";
export const KID = "bench-1";

const DAY = 86_400;
/** Lifetimes in s. */
export const ACCESS_TTL = 3600;
export const REFRESH_TTL = 10 * DAY;

/** RSA of 2,048 bits, as Regrant's RS256 keys. */
export const { privateKey, publicKey } = generateKeyPairSync("rsa", { modulusLength: 2048 });

export function publicJwks() {
  return { keys: [{ ...publicKey.export({ format: "jwk" }), kid: KID, alg: "RS256", use: "sig" }] };
}

export function openDatabase() {
  return postgres(DATABASE, { max: CONNECTIONS, onnotice: () => {} });
}

/** The one line that the benchmark waits for. */
export function announce({ port, token, jwks, tokens, form = {} }) {
  const credentials = { client_id: CLIENT_ID, client_secret: CLIENT_SECRET };
  process.stdout.write(
    `${JSON.stringify({ port, token, jwks, tokens, form: { ...credentials, ...form } })}\n`,
  );
}
