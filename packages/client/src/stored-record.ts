import type { CredentialRecord, Versioned } from "./types.ts";

/** The members of a record, each with a value of its type. */
const REQUIRED = { schema: 1, generation: 0, tokenEndpoint: "", clientId: "", issuedAt: 0, clockOffset: 0 };
const OPTIONAL = {
  accessToken: "",
  tokenType: "",
  jkt: "",
  refreshToken: "",
  scope: "",
  isReplacement: true,
  expiresAt: 0,
  refreshAt: 0,
  refreshTokenExpiresAt: 0,
  authorizationExpiresAt: 0,
  startedAt: 0,
  retryWindow: 0,
  intent: { id: "", at: 0, until: 0 },
  unanswered: { since: 0 },
  cooldown: { until: 0, failures: 0 },
  ended: { reason: "", at: 0 },
};

/** The version of a damaged entry that has none. */
const NO_VERSION = "damaged";

/**
 * What a store returns for a value that it read. If that is no record, but for example one of another schema or with a
 * member of another type, the result has its generation at most, and the client takes it for damaged.
 */
export function storedRecord(value: unknown): CredentialRecord {
  if (isRecord(value)) return value;
  const { generation } = Object(value) as CredentialRecord;
  return { generation: Number.isSafeInteger(generation) ? generation : 0 } as CredentialRecord;
}

/** What a store returns for a JSON text that it read, whatever that is: the client reports a damaged one. */
export function parseRecord(text: unknown): CredentialRecord {
  return storedRecord(parsed(text));
}

/** What a store returns for an entry `{ version, record }`; undefined: there is none. */
export function storedEntry(entry: unknown): Versioned | undefined {
  if (entry === undefined) return undefined;
  const { version, record } = Object(entry) as { version?: unknown; record?: unknown };
  return { version: typeof version === "string" ? version : NO_VERSION, record: storedRecord(record) };
}

/** The value of a JSON text; null: it is cut or something else. The parser's error would quote it, tokens included. */
export function parsed(text: unknown): unknown {
  try {
    return JSON.parse(String(text));
  } catch {
    return null;
  }
}

function isRecord(value: unknown): value is CredentialRecord {
  if (!fits(value, REQUIRED) || value.schema !== 1) return false;
  const members = Object.entries(value).filter(([, member]) => member !== undefined);
  return fits({ ...OPTIONAL, ...Object.fromEntries(members) }, OPTIONAL);
}

/** Whether `value` has the type of `sample` and, if that is an object, its members. */
function fits<T>(value: unknown, sample: T): value is T {
  if (value === null || typeof value !== typeof sample) return false;
  const members = Object.entries(sample as object);
  return members.every(([name, inner]) => fits((value as Record<string, unknown>)[name], inner));
}
