import { createPrivateKey, createPublicKey } from "node:crypto";
import type { KeyObject } from "node:crypto";
import { calculateJwkThumbprint } from "jose";
import type { Store } from "../store/store.ts";
import { activeFrom, addSigningKey, publishedFor } from "./rotation.ts";
import type { KeyRotationDeps, KeyRotationOptions } from "./rotation.ts";
import { generateSigningKey } from "./signing.ts";

/** The least size of an RSA key, bits (RFC 7518 §3.3). */
const LEAST_BITS = 2048;

/** The key cannot be imported. The message says why, and holds nothing of the key. */
export class KeyImportError extends Error {
  override readonly name = "KeyImportError";
}

/**
 * Reads an RSA private key in PEM (RFC 7468): PKCS#1 or PKCS#8, with any line ends, and with `\n` spelled out, as in
 * environment variables.
 *
 * @throws KeyImportError
 */
export function readPrivateKey(pem: string): KeyObject {
  const text = pem
    .replaceAll(String.raw`\n`, "\n")
    .replaceAll(/\r\n?/g, "\n")
    .trim();
  if (!/^-----BEGIN (?:RSA )?PRIVATE KEY-----\n/.test(text)) {
    throw new KeyImportError("the file is not a private key in PEM (PKCS#1 or PKCS#8, without a passphrase)");
  }
  let key: KeyObject;
  try {
    key = createPrivateKey(text);
  } catch {
    throw new KeyImportError("the private key is damaged");
  }
  const bits = key.asymmetricKeyDetails?.modulusLength;
  if (key.asymmetricKeyType !== "rsa" || bits === undefined)
    throw new KeyImportError("the key is not an RSA key");
  if (bits < LEAST_BITS)
    throw new KeyImportError(`the key has ${bits} bits; RS256 requires ${LEAST_BITS} or more`);
  return key;
}

/** What an import of a key did, or would do. */
export interface KeyImport {
  /** The JWK thumbprint (RFC 7638). */
  kid: string;
  /** false: the store has it already. */
  added: boolean;
  /** From when it signs, ms since 1970. */
  activeAt: number;
}

/** The store, with the clients for which its keys may have signed. */
type ImportStore = Pick<Store, "keys" | "now" | "clients">;

/**
 * Says what `importSigningKey` would do now, and writes nothing. The key signs once no cache of the JWKS can lack it. While
 * there is no client, nothing has been signed here and no API has a reason to have the JWKS: then it signs at once.
 */
export async function planKeyImport(
  store: ImportStore,
  { jwksMaxAge }: Pick<KeyRotationOptions, "jwksMaxAge">,
  privateKey: KeyObject,
): Promise<KeyImport & { wait: number }> {
  const kid = await calculateJwkThumbprint(createPublicKey(privateKey).export({ format: "jwk" }));
  const { signing } = await store.keys.list();
  const here = signing.find((key) => key.kid === kid);
  if (here !== undefined) return { kid, added: false, activeAt: here.activeAt, wait: 0 };
  const mayHaveSigned = (await store.clients.list({ limit: 1 })).length > 0;
  const wait = mayHaveSigned ? publishedFor(jwksMaxAge) : 1;
  return { kid, added: true, activeAt: activeFrom(signing.at(-1), store.now(), wait), wait };
}

/**
 * Imports an RSA key that another token service signed with: the JWKS publishes it, and tokens that it signed are valid.
 * It signs from the time that `planKeyImport` gives until the next rotation; with `verifyOnly` a new key follows it at once.
 *
 * @throws KeyImportError if another process created a key at the same time
 */
export async function importSigningKey(
  deps: KeyRotationDeps & { store: ImportStore },
  options: KeyRotationOptions,
  privateKey: KeyObject,
  { verifyOnly, actor }: { verifyOnly: boolean; actor: string },
): Promise<KeyImport> {
  const { wait, ...planned } = await planKeyImport(deps.store, options, privateKey);
  if (!planned.added) return planned;
  const pair = { privateKey, publicKey: createPublicKey(privateKey), algorithm: "RS256" } as const;
  const raced = new KeyImportError("another process created a key at the same time; try again");
  if (!(await addSigningKey(deps, pair, wait, actor))) throw raced;
  if (verifyOnly) {
    const next = await generateSigningKey(options.algorithm);
    if (!(await addSigningKey(deps, { ...next, algorithm: options.algorithm }, 1, actor))) throw raced;
  }
  const imported = deps.keys.published.find(({ kid }) => kid === planned.kid);
  return { ...planned, activeAt: imported?.activeAt ?? planned.activeAt };
}
