import { mkdir, mkdtemp, rename, rm, rmdir } from "node:fs/promises";
import { dirname, join, resolve } from "node:path";
import type { CreateKeys, KeySource } from "../api.ts";
import { StoreError } from "../errors.ts";
import { cryptoParams, isProofAlgorithm, proofAlgorithm } from "../key-algorithms.ts";
import { folderName } from "./folder-name.ts";
import { guarded, readPrivate, writePrivate } from "./private-file.ts";
import { syncFolder, unless } from "./register.ts";

/** Where a key is. */
export interface FileKeysOptions {
  /** Parent of the key's folder; may be the store's. Created with mode 0700 if missing. */
  readonly directory: string;
  /** The key's name. Default `dpop`. */
  readonly name?: string | undefined;
}

/** The only version of the file's format. */
const VERSION = 1;
const FILE = "key.json";

/**
 * Keeps a key pair in a file, `DIRECTORY/NAME.key/key.json`, for all processes that share the folder. No system has a place
 * for a key that Node could use and not read, so who can read the file can copy the key: it makes a stolen token worthless,
 * not a stolen disk.
 *
 * Rejects with StoreError if the file is damaged, or if another user owns or may read it; it is not changed. The key is new
 * after the folder was removed, and sessions that are bound to the former one have ended.
 */
export function fileKeys({ directory, name = "dpop" }: FileKeysOptions): KeySource {
  const folder = join(resolve(directory), `${folderName(name)}.key`);
  return (create) => guarded(folder, async () => (await readKeys(folder)) ?? (await addKeys(folder, create)));
}

/**
 * Writes a new key to a folder of its own, which is then renamed: of several processes one succeeds, since a folder that is
 * not empty cannot be replaced, and one that is killed leaves no half of a key.
 */
async function addKeys(folder: string, create: CreateKeys): Promise<CryptoKeyPair> {
  await mkdir(dirname(folder), { recursive: true, mode: 0o700 });
  const text = await exported(await create(true));
  const created = await mkdtemp(join(dirname(folder), ".new-"));
  try {
    await writePrivate(join(created, FILE), text);
    // An empty folder counts as missing.
    await rmdir(folder).catch(() => {});
    await rename(created, folder);
    await syncFolder(dirname(folder));
  } catch (error) {
    await rm(created, { recursive: true, force: true });
    const others = await readKeys(folder);
    if (others === undefined) throw error;
    return others;
  }
  return imported(folder, text);
}

/** undefined: there is none. */
async function readKeys(folder: string): Promise<CryptoKeyPair | undefined> {
  const text = await unless("ENOENT", readPrivate(join(folder, FILE)));
  return text === undefined ? undefined : imported(folder, text);
}

async function exported({ privateKey, publicKey }: CryptoKeyPair): Promise<string> {
  const jwk = await crypto.subtle.exportKey("jwk", privateKey);
  return JSON.stringify({ version: VERSION, algorithm: proofAlgorithm(undefined, publicKey), jwk });
}

/** The key pair of a file; its private key cannot be exported from this process. @throws StoreError it is damaged */
async function imported(folder: string, text: string): Promise<CryptoKeyPair> {
  try {
    const { version, algorithm, jwk } = JSON.parse(text) as Record<string, unknown>;
    if (version !== VERSION || !isProofAlgorithm(algorithm)) throw new Error("another format");
    const { crv, e, kty, n, x, y } = jwk as JsonWebKey;
    const publicJwk = JSON.parse(JSON.stringify({ crv, e, kty, n, x, y })) as JsonWebKey;
    const params = cryptoParams(algorithm);
    const [privateKey, publicKey] = await Promise.all([
      crypto.subtle.importKey("jwk", jwk as JsonWebKey, params, false, ["sign"]),
      crypto.subtle.importKey("jwk", publicJwk, params, true, ["verify"]),
    ]);
    return { privateKey, publicKey };
  } catch {
    // The parser's error would quote the key.
    const remedy = "restore it, or remove the folder and log in again";
    throw new StoreError(`${join(folder, FILE)} is damaged, or of a newer version: ${remedy}`);
  }
}
