// The rows of a large service, each known by its number: clients of very different sizes, one with half of all grants; a
// subject with a hundredth of them; grants that ended, and that end soon; two events for every four grants.

/** A value of a row: a boolean as 0 or 1, bytes and UUIDs as hexadecimal text. */
export type Value = string | number | null;

export interface Sizes {
  grants: number;
  accounts: number;
  events: number;
  clients: number;
  /** The instant of the last grant and event, ms. */
  now: number;
}

export const DAY = 24 * 3600 * 1000;
/** The first grants and events are so old. */
const SPAN = 90 * DAY;
/** No more than the idle lifetime of a new client: all that are not over are active. */
const LAST_USE = 9 * DAY;

export function sizesOf(grants: number, now: number): Sizes {
  const share = (divisor: number) => Math.max(10, Math.floor(grants / divisor));
  return { grants, accounts: share(10), events: share(2), clients: Math.min(10_000, share(100)), now };
}

/** Numbers from 0 to `below`, as if they were drawn: the same for the same number. */
function drawn(number: number, below: number): number {
  return (Math.imul(number + 1, 0x9e3779b1) >>> 0) % below;
}

function uuid(kind: number, number: number): string {
  const hex = number.toString(16).padStart(12, "0");
  return `${kind.toString(16).padStart(8, "0")}-0000-4000-8000-${hex}`;
}

export function clientIdOf(number: number): string {
  return uuid(0xc11e47, number);
}
export function subjectOf(account: number): string {
  return uuid(0xacc0, account);
}
/** Many begin alike, as people's names do. */
export function usernameOf(account: number): string {
  return `user${account}@customer${drawn(account, 1000)}.example`;
}
/** The account that has a hundredth of the grants. */
export const BUSY = 0;
/** The client that has half of them, none of which is revoked. */
export const LARGEST = 0;

/** The n-th client has about as many grants as the others after it together. */
function clientOf(number: number, { clients }: Sizes): number {
  if (number % 2 === 0) return LARGEST;
  const share = drawn(number, 1_000_000) / 1_000_000;
  return 1 + Math.floor((clients - 1) * share ** 4);
}

function accountOf(number: number, { accounts }: Sizes): number {
  return number % 100 === 1 ? BUSY : drawn(number, accounts);
}

function grantAt(number: number, { grants, now }: Sizes): number {
  return Math.floor(now - SPAN + ((number + 1) * SPAN) / grants);
}

export function grantIdOf(number: number, sizes: Sizes): string {
  const at = grantAt(number, sizes).toString(16).padStart(12, "0");
  return `${at.slice(0, 8)}-${at.slice(8)}-7000-8000-${number.toString(16).padStart(12, "0")}`;
}

export const GRANT_COLUMNS = [
  [
    "id",
    "client_id",
    "created_at",
    "expires_at",
    "generation",
    "window_generation",
    "rotated_at",
    "last_used_at",
  ],
  ["window_started_at", "retry_score", "window_retried", "secret_hash", "subject", "scope", "revoked_at"],
  ["revoked_reason"],
].flat();

export function grantRow(number: number, sizes: Sizes): Value[] {
  const client = clientOf(number, sizes);
  const createdAt = grantAt(number, sizes);
  const usedAt = Math.max(createdAt, sizes.now - drawn(number, LAST_USE));
  // One in fifty was revoked in the last week; of a third of the clients each grant ends after 90 days.
  const revokedAt = client !== LARGEST && number % 50 === 7 ? sizes.now - drawn(number, 6 * DAY) : null;
  const expiresAt = createdAt + (client % 3 === 1 ? 90 : 365) * DAY + DAY;
  return [
    [grantIdOf(number, sizes), clientIdOf(client), createdAt, expiresAt, 3, 3, usedAt, usedAt],
    [usedAt, 0, 0, "00112233445566778899aabbccddeeff", subjectOf(accountOf(number, sizes)), "orders:read"],
    [revokedAt, revokedAt === null ? null : "revoked_by_operator"],
  ].flat();
}

export const EVENT_COLUMNS = ["id", "at", "type", "client_id", "subject", "grant_id", "data"];

/** Of a hundred events; one of a thousand is a reuse. */
const TYPES: readonly (readonly [upTo: number, type: string])[] = [
  [60, "grant.created"],
  [82, "grant.retried"],
  [92, "client.refused"],
  [100, "grant.revoked"],
];

/** The type that no event has. */
export const RAREST = "grant.lifetime_extended";

export function eventRow(number: number, sizes: Sizes): Value[] {
  const at = Math.floor(sizes.now - SPAN + ((number + 1) * SPAN) / sizes.events);
  const grant = drawn(number, sizes.grants);
  const draw = drawn(number, 100);
  const type = number % 1000 === 0 ? "grant.reused" : (TYPES.find(([upTo]) => draw < upTo)?.[1] ?? "");
  const client = clientIdOf(clientOf(grant, sizes));
  if (type === "client.refused")
    return [number + 1, at, type, client, null, null, '{"cause":"wrong_secret"}'];
  const about = [client, subjectOf(accountOf(grant, sizes)), grantIdOf(grant, sizes)];
  return [number + 1, at, type, ...about, '{"actor":"bench"}'];
}

export const ACCOUNT_COLUMNS = ["subject", "username", "username_key", "password_hash", "created_at"];

export function accountRow(account: number, { now }: Sizes): Value[] {
  const username = usernameOf(account);
  return [subjectOf(account), username, username, null, now - SPAN];
}

export const CLIENT_COLUMNS = ["id", "public", "secrets", "settings", "created_at"];

/** @param settings of a client that was created as an operator does */
export function clientRow(client: number, settings: object, { now }: Sizes): Value[] {
  const name = `Shop ${client} of region ${client % 7}`;
  const clientUri = `https://shop${client}.example/`;
  return [clientIdOf(client), 0, "[]", JSON.stringify({ ...settings, name, clientUri }), now - SPAN];
}
