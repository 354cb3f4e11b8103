import { argon2, randomBytes, timingSafeEqual } from "node:crypto";
import { promisify } from "node:util";
import { isBcrypt, verifyBcrypt } from "./bcrypt.ts";
import { inPasswordTurn } from "./password-queue.ts";

const argon2Async = promisify(argon2);

/** Cost of an argon2 hash as its PHC string names it: memory in KiB, passes, lanes. */
interface Cost {
  m: number;
  t: number;
  p: number;
}

interface PasswordHash extends Cost {
  salt: Buffer;
  tag: Buffer;
}

/** OWASP's second choice for argon2id: 19 MiB, 2 passes, 1 lane. */
const COST: Cost = { m: 19_456, t: 2, p: 1 };
const SALT_BYTES = 16;
const TAG_BYTES = 32;

/** Highest cost of a stored hash, so that a planted row cannot exhaust the machine: 256 MiB, and 2 GiB filled. */
const MAX_MEMORY = 262_144;
const MAX_FILLED = 2_097_152;
const MAX_LANES = 16;

const MAX_PASSWORD_BYTES = 1024;

/** Stands in for a missing or unreadable hash: no password matches it, and a check takes as long as a real one. */
const DUMMY: PasswordHash = { ...COST, salt: Buffer.alloc(SALT_BYTES), tag: Buffer.alloc(TAG_BYTES) };

/** `$argon2id$v=19$m=19456,t=2,p=1$salt$tag`, base64 without padding; salt 8 to 64 bytes, tag 16 to 64. */
const PHC =
  /^\$argon2id\$v=19\$m=(\d{1,7}),t=(\d{1,3}),p=(\d{1,2})\$([A-Za-z\d+/]{11,86})\$([A-Za-z\d+/]{22,86})$/;

/**
 * Whether this can be a password: 1 to 1,024 bytes of UTF-8, counted as RFC 8265 §4.2 prepares it.
 */
export function isPasswordUsable(password: string): boolean {
  return prepare(password) !== undefined;
}

/**
 * Hashes a new password with argon2id at the current cost, when its turn comes.
 *
 * @returns a PHC string
 * @throws {TypeError} not a usable password: ask `isPasswordUsable` first
 * @throws {QueueFullError} if too many checks are waiting
 */
export async function hashPassword(password: string): Promise<string> {
  const message = prepare(password);
  if (message === undefined) throw new TypeError(`a password is 1 to ${MAX_PASSWORD_BYTES} bytes of UTF-8`);
  const salt = randomBytes(SALT_BYTES);
  const tag = await inPasswordTurn(async () => derive(message, COST, salt, TAG_BYTES));
  return `$argon2id$v=19$m=${COST.m},t=${COST.t},p=${COST.p}$${unpadded(salt)}$${unpadded(tag)}`;
}

/**
 * Whether `password` is the one that was hashed, with argon2id or, elsewhere, with bcrypt. It does not wait for a turn: call it
 * within `inPasswordTurn`.
 *
 * No hash, an unknown format, a cost beyond the limits and an unusable password take the time of a real check.
 */
export async function verifyPassword(password: string, hash: string | null): Promise<boolean> {
  if (hash !== null && isBcrypt(hash)) return verifyBcrypt(password, hash);
  const stored = parse(hash);
  const message = prepare(password);
  const expected = stored ?? DUMMY;
  const tag = await derive(message ?? Buffer.alloc(1), expected, expected.salt, expected.tag.length);
  const equal = timingSafeEqual(tag, expected.tag);
  return equal && stored !== undefined && message !== undefined;
}

/** Whether a hash differs from what `hashPassword` makes today; costlier ones too, so that all take the same time. */
export function needsRehash(hash: string): boolean {
  const stored = parse(hash);
  if (stored === undefined || stored.salt.length < SALT_BYTES || stored.tag.length !== TAG_BYTES) return true;
  return stored.m !== COST.m || stored.t !== COST.t || stored.p !== COST.p;
}

/** RFC 8265 §4.2.2 (OpaqueString): spaces of other scripts become U+0020, then NFC; never empty. */
function prepare(password: string): Buffer | undefined {
  // An unpaired surrogate has no UTF-8, and all of them would be encoded alike.
  if (!password.isWellFormed()) return undefined;
  const message = Buffer.from(password.replace(/\p{Zs}/gu, " ").normalize("NFC"), "utf8");
  return message.length >= 1 && message.length <= MAX_PASSWORD_BYTES ? message : undefined;
}

function parse(hash: string | null): PasswordHash | undefined {
  const [, m, t, p, salt, tag] = (hash === null ? null : PHC.exec(hash)) ?? [];
  if (salt === undefined || tag === undefined) return undefined;
  const cost = { m: Number(m), t: Number(t), p: Number(p) };
  return isAffordable(cost)
    ? { ...cost, salt: Buffer.from(salt, "base64"), tag: Buffer.from(tag, "base64") }
    : undefined;
}

/** RFC 9106 §3.1 asks for 8 KiB a lane at least; the upper limits are ours. */
function isAffordable({ m, t, p }: Cost): boolean {
  return p >= 1 && p <= MAX_LANES && t >= 1 && m >= 8 * p && m <= MAX_MEMORY && m * t <= MAX_FILLED;
}

async function derive(message: Buffer, { m, t, p }: Cost, nonce: Buffer, tagLength: number): Promise<Buffer> {
  return argon2Async("argon2id", { message, nonce, memory: m, passes: t, parallelism: p, tagLength });
}

function unpadded(bytes: Buffer): string {
  return bytes.toString("base64").replaceAll("=", "");
}
