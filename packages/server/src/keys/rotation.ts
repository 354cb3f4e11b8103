import { calculateJwkThumbprint } from "jose";
import type { SigningAlgorithm } from "../config/values.ts";
import type { KeyStore, MacKeyRecord, SigningKeyRecord, Store } from "../store/store.ts";
import type { KeyRing } from "./key-ring.ts";
import type { MasterKey } from "./master-key.ts";
import { unwrapKey, wrapKey } from "./key-wrapping.ts";
import { generateSigningKey } from "./signing.ts";
import type { KeyPair } from "./signing.ts";

/** How often keys change. */
export interface KeyRotationOptions {
  algorithm: SigningAlgorithm;
  /** How long a new signing key is published before it signs, s: the JWKS cache time at least. */
  jwksMaxAge: number;
  /** Age at which the next signing key must sign, s. */
  signingKeyMaxAge: number;
  /** Age at which the next MAC key is created, s. */
  macKeyMaxAge: number;
}

/** The stored keys, and the ring that holds them in memory. */
export interface KeyRotationDeps {
  store: Pick<Store, "keys" | "now">;
  keys: KeyRing;
}

/**
 * Time in which every process has loaded a new key, ms. Until then a process may serve the previous JWKS, to be cached
 * from then on; and a MAC key that another process does not know would give a retry there another successor.
 */
const NOTICE = 5000;

/** The MAC key's number is one byte of the refresh token. */
const LAST_MAC_KEY = 255;

/**
 * Maintains the keys: creates the first ones, and the next ones by age or after a change of algorithm or master key, wraps
 * signing keys again under the current master key, and removes those whose last token has expired. Safe to run in many
 * processes at once. Afterwards the ring is up to date.
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
  await rewrapAll(keys, store.keys, signing);
  await removeRetired(store, signing, longestAccessTtl);
  await keys.load();
}

/**
 * The next key is created early enough to sign when the age is reached. While processes change to another algorithm one
 * after the other, each waits until the newest key signs; otherwise they would replace each other's keys at every run.
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
 * Goes by the newest key of this master key; processes with another master key have keys of their own. When the numbers
 * are used up, the last key stays.
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
 * Creates the next signing key. It is published at once, and signs when no cache can lack it; the very first signs at once.
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

/** From when the next key signs, ms: at once if it is the first, else `wait` ms after the newest one became active, or after now. */
export function activeFrom(
  newest: Pick<SigningKeyRecord, "activeAt"> | undefined,
  now: number,
  wait: number,
): number {
  return newest === undefined ? now : Math.max(now, newest.activeAt) + wait;
}

/**
 * Adds a key as the next one. It signs from `activeFrom` on.
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
    sealedPrivateKey: wrapKey(keys.masterKeys[0], kid, pkcs8),
    createdAt: now,
    activeAt: activeFrom(previous, now, wait),
  };
  const added = await store.keys.addSigningKey(record, previous?.kid, actor);
  await keys.load();
  return added ? kid : undefined;
}

/**
 * Removes a leaked signing key from the JWKS at once. If it is the newest, another one is created first.
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
  // The new key does not wait for JWKS caches: they hold the leaked key.
  if (signing.at(-1)?.kid === kid) await rotateSigningKey(deps, { ...options, jwksMaxAge: 0 }, actor);
  const removed = await deps.store.keys.removeSigningKey(kid, actor);
  await deps.keys.load();
  return removed;
}

/**
 * Creates the next MAC key, which is used a few seconds from now; tokens under earlier ones stay valid.
 *
 * @returns its number; undefined if another process was first
 * @throws Error when all 255 numbers are used up
 */
export async function rotateMacKey(
  { store, keys }: KeyRotationDeps,
  actor: string,
): Promise<number | undefined> {
  const { mac } = await store.keys.list();
  const number = (mac.at(-1)?.number ?? 0) + 1;
  if (number > LAST_MAC_KEY) {
    throw new Error(`All ${LAST_MAC_KEY} MAC keys have been used; the current one stays in use.`);
  }
  const activeAt = store.now() + (mac.length === 0 ? 0 : NOTICE);
  const key = { number, masterKeyId: keys.masterKeys[0].id, activeAt };
  const added = await store.keys.addMacKey(key, actor);
  await keys.load();
  return added ? number : undefined;
}

/** Wraps signing keys under the current master key, so that the previous one can be removed from the configuration. */
async function rewrapAll(
  { masterKeys: [current, ...previous] }: KeyRing,
  store: KeyStore,
  signing: readonly { kid: string; sealedPrivateKey: Buffer }[],
): Promise<void> {
  if (previous.length === 0) return;
  for (const { kid, sealedPrivateKey } of signing) {
    const old = previous.find((master) => unwrapKey(master, kid, sealedPrivateKey));
    const opened = old && unwrapKey(old, kid, sealedPrivateKey);
    if (opened) await store.resealSigningKey(kid, wrapKey(current, kid, opened));
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
