import { calculateJwkThumbprint } from "jose";
import type { KeyStore, MacKeyRecord, SigningKeyRecord, Store } from "../store/store.ts";
import type { KeyRing } from "./key-ring.ts";
import type { MasterKey } from "./master-key.ts";
import { seal, unseal } from "./key-wrapping.ts";
import { generateSigningKey } from "./signing.ts";
import type { KeyPair, SigningAlgorithm } from "./signing.ts";

export interface KeyRotationOptions {
  algorithm: SigningAlgorithm;
  /** How long a new signing key is published before it signs, s: the JWKS cache time at least. */
  jwksMaxAge: number;
  /** s */
  signingKeyMaxAge: number;
  /** s */
  macKeyMaxAge: number;
}

export interface KeyRotationDeps {
  store: Pick<Store, "keys" | "now">;
  keys: KeyRing;
}

/**
 * ms, in which every process learns of a new key. Until then one may serve the old JWKS, to be cached from then on; and
 * if one sealed with a MAC key that another does not know, a retry there would get another successor.
 */
const NOTICE = 5000;

/** The MAC key's number is one byte of the refresh token. */
const LAST_MAC_KEY = 255;

/**
 * Does what time asks of the keys: makes the first ones, the next ones by age or after a change of algorithm or master
 * key, seals anew under the master key in force, and removes signing keys whose last token has expired. Safe to run
 * in many processes at once. Afterwards the ring is up to date.
 */
export async function maintainKeys(deps: KeyRotationDeps, options: KeyRotationOptions): Promise<void> {
  const { store, keys } = deps;
  await keys.load();
  const now = store.now();
  const newest = keys.published.at(-1);
  if (newest === undefined || signingKeyIsDue(newest, options, now)) {
    await rotateSigningKey(deps, options, "age");
  }
  const { mac, signing, longestAccessTtl } = await store.keys.list();
  if (macKeyIsDue(mac, keys.masterKeys[0], options, now)) await rotateMacKey(deps, "age");
  await resealAll(keys, store.keys, signing);
  await removeRetired(store, signing, longestAccessTtl);
  await keys.load();
}

/**
 * The next key is made early enough to sign when the age is reached. While programs are moved to another algorithm one
 * after the other, each waits for the newest key to sign: they would outbid each other every time they look.
 */
function signingKeyIsDue(
  newest: Pick<SigningKeyRecord, "algorithm" | "activeAt">,
  { algorithm, signingKeyMaxAge, jwksMaxAge }: KeyRotationOptions,
  now: number,
): boolean {
  if (newest.algorithm !== algorithm) return now >= newest.activeAt;
  return now >= newest.activeAt + (signingKeyMaxAge - jwksMaxAge) * 1000 - NOTICE;
}

/**
 * By the newest key of this master key, whatever others have made meanwhile under theirs. When the numbers are used up,
 * the last key stays.
 */
function macKeyIsDue(
  mac: readonly MacKeyRecord[],
  master: MasterKey,
  { macKeyMaxAge }: KeyRotationOptions,
  now: number,
): boolean {
  if (mac.at(-1)?.number === LAST_MAC_KEY) return false;
  const newest = mac.findLast(({ masterKeyId }) => masterKeyId === master.id);
  if (newest === undefined || newest.distrustedAt !== null) return true;
  return now >= newest.activeAt + macKeyMaxAge * 1000;
}

/**
 * Makes the next signing key. It is published at once and signs when no cache can lack it; the very first signs at once.
 *
 * @returns its kid; undefined if another process was first
 */
export async function rotateSigningKey(
  deps: KeyRotationDeps,
  { algorithm, jwksMaxAge }: KeyRotationOptions,
  actor: string,
): Promise<string | undefined> {
  const pair = await generateSigningKey(algorithm);
  return addSigningKey(deps, { ...pair, algorithm }, publishedFor(jwksMaxAge), actor);
}

/** How long a new key is published before it signs, ms. */
export function publishedFor(jwksMaxAge: number): number {
  return jwksMaxAge * 1000 + NOTICE;
}

/**
 * Makes a key the next one: `wait` ms after the newest one, or from now on, it signs.
 *
 * @returns its kid; undefined if another process was first
 */
export async function addSigningKey(
  { store, keys }: KeyRotationDeps,
  { privateKey, publicKey, algorithm }: KeyPair & { algorithm: SigningAlgorithm },
  wait: number,
  actor: string,
): Promise<string | undefined> {
  const { signing } = await store.keys.list();
  const previous = signing.at(-1);
  const jwk = publicKey.export({ format: "jwk" });
  const kid = await calculateJwkThumbprint(jwk);
  const pkcs8 = privateKey.export({ format: "der", type: "pkcs8" });
  const now = store.now();
  const record = {
    kid,
    algorithm,
    publicJwk: JSON.stringify({ ...jwk, kid, alg: algorithm, use: "sig" }),
    sealedPrivateKey: seal(keys.masterKeys[0], kid, pkcs8),
    createdAt: now,
    activeAt: previous === undefined ? now : Math.max(now, previous.activeAt) + wait,
  };
  const added = await store.keys.addSigningKey(record, previous?.kid, actor);
  await keys.load();
  return added ? kid : undefined;
}

/**
 * For a leaked signing key: it is taken out of the JWKS at once, and where it was the newest, another one is made first.
 *
 * @returns false if there is no such key
 */
export async function distrustSigningKey(
  deps: KeyRotationDeps,
  options: KeyRotationOptions,
  kid: string,
  actor: string,
): Promise<boolean> {
  const { signing } = await deps.store.keys.list();
  // Nothing may wait for caches of the JWKS now: what they hold must not be believed.
  if (signing.at(-1)?.kid === kid) await rotateSigningKey(deps, { ...options, jwksMaxAge: 0 }, actor);
  const removed = await deps.store.keys.removeSigningKey(kid, actor);
  await deps.keys.load();
  return removed;
}

/**
 * Makes the next MAC key, which seals a few seconds from now; tokens under the earlier ones keep working.
 *
 * @returns its number; undefined if another process was first
 * @throws Error when the 256 numbers are used up
 */
export async function rotateMacKey(
  { store, keys }: KeyRotationDeps,
  actor: string,
): Promise<number | undefined> {
  const { mac } = await store.keys.list();
  const number = (mac.at(-1)?.number ?? 0) + 1;
  if (number > LAST_MAC_KEY) {
    throw new Error(`All ${LAST_MAC_KEY} MAC keys have been used; the present one stays in force.`);
  }
  const activeAt = store.now() + (mac.length === 0 ? 0 : NOTICE);
  const key = { number, masterKeyId: keys.masterKeys[0].id, activeAt };
  const added = await store.keys.addMacKey(key, actor);
  await keys.load();
  return added ? number : undefined;
}

/** After a change of master key: so that the previous one can be taken out of the configuration. */
async function resealAll(
  { masterKeys: [current, ...previous] }: KeyRing,
  store: KeyStore,
  signing: readonly { kid: string; sealedPrivateKey: Buffer }[],
): Promise<void> {
  if (previous.length === 0) return;
  for (const { kid, sealedPrivateKey } of signing) {
    const old = previous.find((master) => unseal(master, kid, sealedPrivateKey));
    const opened = old && unseal(old, kid, sealedPrivateKey);
    if (opened) await store.resealSigningKey(kid, seal(current, kid, opened));
  }
}

/** A key is retired when the next becomes active; its last token lives `longestAccessTtl` s from then. */
async function removeRetired(
  store: KeyRotationDeps["store"],
  signing: readonly { kid: string; activeAt: number }[],
  longestAccessTtl: number,
): Promise<void> {
  for (const [i, { kid }] of signing.entries()) {
    const next = signing[i + 1];
    if (next && next.activeAt + longestAccessTtl * 1000 < store.now()) await store.keys.removeSigningKey(kid);
  }
}
