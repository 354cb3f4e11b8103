import { importSigningKey, KeyImportError, planKeyImport, readPrivateKey } from "../keys/import-key.ts";
import type { KeyImport } from "../keys/import-key.ts";
import type { KeyRing } from "../keys/key-ring.ts";
import { distrustSigningKey, rotateMacKey, rotateSigningKey } from "../keys/rotation.ts";
import type { KeyRotationOptions } from "../keys/rotation.ts";
import type { MacKeyRecord, SigningKeyRecord, Store } from "../store/store.ts";
import { isoInstant } from "../time-text.ts";
import { AdminError, notFound } from "./admin-error.ts";

/** What the operations that read keys work with. */
interface KeyParts {
  store: Pick<Store, "keys" | "now">;
  keys: KeyRing;
}

/** What the operations that create and distrust keys work with. */
export interface KeyRotationParts extends KeyParts {
  rotation: KeyRotationOptions;
}

/** What the import of a key works with: clients, for which the present keys may have signed. */
export type KeyImportParts = KeyRotationParts & { store: Pick<Store, "clients"> };

/** A signing key of the JWKS: it signs, will sign next, or only verifies tokens that it signed. */
type SigningKeyView = Pick<SigningKeyRecord, "kid" | "algorithm" | "createdAt" | "activeAt"> & {
  state: "signs" | "next" | "retired";
};

/** A MAC key: it seals new refresh tokens, will seal next, only opens older tokens, or opens none. */
type MacKeyView = MacKeyRecord & { state: "seals" | "next" | "opens" | "distrusted" };

type NewSigningKey = Pick<SigningKeyRecord, "kid" | "algorithm" | "activeAt">;
type NewMacKey = Pick<MacKeyRecord, "number" | "activeAt">;

/** Signing and MAC keys, each the oldest first. */
interface KeyList {
  signing: SigningKeyView[];
  mac: MacKeyView[];
}

/** The keys in wire names; instants in ISO 8601. */
export interface KeyListJson {
  signing: {
    kid: string;
    algorithm: SigningKeyRecord["algorithm"];
    state: SigningKeyView["state"];
    created_at: string;
    active_at: string;
  }[];
  mac: {
    number: number;
    master_key_id: string;
    state: MacKeyView["state"];
    active_at: string;
    distrusted_at: string | null;
  }[];
}

/** Lists all keys, the oldest first, and what each is used for now. */
export async function listKeys({ store, keys }: KeyParts): Promise<KeyList> {
  await keys.load();
  const { signing, mac } = await store.keys.list();
  const now = store.now();
  const signs = signing.length === 0 ? undefined : keys.signingKeyAt(now).kid;
  const canSeal = mac.some(
    (key) => key.distrustedAt === null && keys.masterKeys.some(({ id }) => id === key.masterKeyId),
  );
  const seals = canSeal ? keys.macKeyAt(now).number : undefined;
  return {
    signing: signing.map(({ kid, algorithm, activeAt, createdAt }) => {
      const state = kid === signs ? "signs" : activeAt > now ? "next" : "retired";
      return { kid, algorithm, state, createdAt, activeAt };
    }),
    mac: mac.map((key) => ({ ...key, state: macState(key, seals, now) })),
  };
}

function macState(
  { number, activeAt, distrustedAt }: MacKeyRecord,
  seals: number | undefined,
  now: number,
): MacKeyView["state"] {
  if (distrustedAt !== null) return "distrusted";
  if (number === seals) return "seals";
  return activeAt > now ? "next" : "opens";
}

/** The keys as JSON. No member contains key material. */
export function keyListJson({ signing, mac }: KeyList): KeyListJson {
  return {
    signing: signing.map(({ createdAt, activeAt, ...key }) => {
      return { ...key, created_at: isoInstant(createdAt), active_at: isoInstant(activeAt) };
    }),
    mac: mac.map(({ number, masterKeyId, state, activeAt, distrustedAt }) => {
      const instants = { active_at: isoInstant(activeAt), distrusted_at: isoInstant(distrustedAt) };
      return { number, master_key_id: masterKeyId, state, ...instants };
    }),
  };
}

/** A new signing key in wire names. */
export function rotatedSigningJson({ kid, algorithm, activeAt }: NewSigningKey) {
  return { kid, algorithm, active_at: isoInstant(activeAt) };
}

/** A new MAC key in wire names. */
export function rotatedMacJson({ number, activeAt }: NewMacKey) {
  return { number, active_at: isoInstant(activeAt) };
}

/**
 * Creates the next signing key. It is published now, and signs once every cache of the JWKS must have it.
 *
 * @throws AdminError `conflict`: another process created a key at the same time
 */
export async function rotateSigning(parts: KeyRotationParts, actor: string): Promise<NewSigningKey> {
  const kid = await rotateSigningKey(parts, parts.rotation, actor);
  const key = parts.keys.published.find((each) => each.kid === kid);
  if (key === undefined) throw madeByAnother();
  return { kid: key.kid, algorithm: key.algorithm, activeAt: key.activeAt };
}

/**
 * Creates the next MAC key. It seals new refresh tokens a few seconds from now; tokens under older keys stay valid.
 *
 * @throws AdminError `conflict`: another process created a key at the same time; `not_allowed`: all numbers are used
 */
export async function rotateMac(parts: KeyParts, actor: string): Promise<NewMacKey> {
  const number = await rotateMacKey(parts, actor).catch((error: unknown) => {
    throw error instanceof Error ? new AdminError("not_allowed", error.message) : error;
  });
  if (number === undefined) throw madeByAnother();
  const { mac } = await parts.store.keys.list();
  const activeAt = mac.find((key) => key.number === number)?.activeAt ?? parts.store.now();
  return { number, activeAt };
}

/** What an import of a key did, in wire names. */
export function importedKeyJson({ kid, added, activeAt }: KeyImport) {
  return { kid, added, active_at: isoInstant(activeAt) };
}

/**
 * Says what `importKey` would do, and writes nothing.
 *
 * @throws AdminError `invalid`: not a usable RSA key
 */
export async function previewKeyImport(
  store: Pick<Store, "keys" | "now" | "clients">,
  options: Pick<KeyRotationOptions, "jwksMaxAge">,
  pem: string,
): Promise<KeyImport> {
  try {
    const { wait: _wait, ...planned } = await planKeyImport(store, options, readPrivateKey(pem));
    return planned;
  } catch (error) {
    throw toAdminError(error);
  }
}

/**
 * Adds the RSA key with which another token service signed: the JWKS has it, and it signs until the next rotation.
 *
 * @param pem the private key, PKCS#1 or PKCS#8
 * @param options `verifyOnly`: a new key signs in its place
 * @throws AdminError `invalid`: not a usable RSA key; `conflict`: another process created a key at the same time
 */
export async function importKey(
  parts: KeyImportParts,
  pem: string,
  { verifyOnly }: { verifyOnly: boolean },
  actor: string,
): Promise<KeyImport> {
  try {
    const key = readPrivateKey(pem);
    return await importSigningKey(parts, parts.rotation, key, { verifyOnly, actor });
  } catch (error) {
    throw toAdminError(error);
  }
}

function toAdminError(error: unknown): unknown {
  return error instanceof KeyImportError ? new AdminError("invalid", error.message) : error;
}

/**
 * Removes a leaked signing key from the JWKS. The access tokens that it signed become inactive.
 *
 * @throws AdminError `not_found`
 */
export async function distrustSigning(parts: KeyRotationParts, kid: string, actor: string): Promise<void> {
  if (!(await distrustSigningKey(parts, parts.rotation, kid, actor))) {
    throw notFound("signing key", kid);
  }
}

/**
 * Distrusts a leaked MAC key: refresh tokens under it are refused. If it is the newest, another one is created first,
 * because the service always needs one to seal with.
 *
 * @returns false if it was distrusted already
 * @throws AdminError `not_found`; `not_allowed`: it has the last number, so no other key can replace it
 */
export async function distrustMac(parts: KeyParts, number: number, actor: string): Promise<boolean> {
  const { mac } = await parts.store.keys.list();
  const key = mac.find((each) => each.number === number);
  if (key === undefined) throw notFound("MAC key", number);
  if (key.distrustedAt === null && key.number === mac.at(-1)?.number) await rotateMac(parts, actor);
  return parts.store.keys.distrustMacKey(number, key.masterKeyId, actor);
}

function madeByAnother(): AdminError {
  return new AdminError("conflict", "another process made a key at the same time", { hint: "try again" });
}
