// What the entry files of the peers share: where their database is, one RSA key, and how they say that they listen.
import { createHash, generateKeyPairSync, randomBytes, sign, timingSafeEqual } from "node:crypto";
import postgres from "postgres";

export const DATABASE = process.env.PEER_DATABASE ?? "";
/** "documented": as the peer's documentation shows it, where that costs more than its best. */
export const VARIANT = process.env.PEER_VARIANT;
export const GRANTS = Number(process.env.PEER_GRANTS);
/** As many connections as Regrant opens, or more; the driver prepares its statements. */
export const CONNECTIONS = 16;

export const CLIENT_ID = "bench";
export const CLIENT_SECRET = randomBytes(30).toString("base64url");
export const SCOPES = ["orders:read", "orders:write"];
export const AUDIENCE = "https://orders.example.com";
export const KID = "bench-1";
const JWT_HEADER = Buffer.from(JSON.stringify({ alg: "RS256", typ: "at+jwt", kid: KID })).toString(
  "base64url",
);

const DAY = 86_400;
/** Lifetimes in s. */
export const ACCESS_TTL = 3600;
export const REFRESH_TTL = 10 * DAY;

/** RSA of 2,048 bits, as Regrant's RS256 keys. */
export const { privateKey, publicKey } = generateKeyPairSync("rsa", { modulusLength: 2048 });

export function publicJwks() {
  return { keys: [{ ...publicKey.export({ format: "jwk" }), kid: KID, alg: "RS256", use: "sig" }] };
}

/** Tables whose rows are changed once get a fill factor of 80, so that this change touches no index. */
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

/** An RS256 JWT, signed in the thread pool with Node's own crypto: the cheapest way that a server can choose. */
export function signAccessToken(claims) {
  const input = `${JWT_HEADER}.${Buffer.from(JSON.stringify(claims)).toString("base64url")}`;
  return new Promise((resolve, reject) => {
    sign("sha256", Buffer.from(input), privateKey, (error, signature) => {
      if (error) reject(error);
      else resolve(`${input}.${signature.toString("base64url")}`);
    });
  });
}

export function isClientSecret(text) {
  const digest = (secret) => createHash("sha256").update(secret).digest();
  return typeof text === "string" && timingSafeEqual(digest(text), digest(CLIENT_SECRET));
}
