import { hkdfSync, randomBytes } from "node:crypto";
import {
  closeSync,
  existsSync,
  fsyncSync,
  linkSync,
  openSync,
  readFileSync,
  statSync,
  unlinkSync,
  writeFileSync,
} from "node:fs";
import { dirname } from "node:path";

/** 256 bits: what HKDF-SHA-256 and AES-256 can use. */
const MASTER_KEY_BYTES = 32;

/** A secret of 32 bytes from which MAC keys are derived and under which signing keys are wrapped. */
export interface MasterKey {
  /** Identifies the key without revealing it: 16 hex digits. */
  id: string;
  bytes: Buffer;
}

/**
 * A master key of 32 bytes, with its id.
 *
 * @throws TypeError unless `bytes` has 32 bytes
 */
export function masterKey(bytes: Buffer): MasterKey {
  if (bytes.length !== MASTER_KEY_BYTES) throw new TypeError(`a master key has ${MASTER_KEY_BYTES} bytes`);
  return { id: derive(bytes, "regrant master key id", 8).toString("hex"), bytes };
}

/** A new master key, which is stored nowhere. */
export function newMasterKey(): MasterKey {
  return masterKey(randomBytes(MASTER_KEY_BYTES));
}

/** HKDF-SHA-256 (RFC 5869) without salt: the input is uniformly random already. */
export function derive(key: Buffer, info: string, length: number): Buffer {
  return Buffer.from(hkdfSync("sha256", key, "", info, length));
}

/**
 * Reads the master key beside a SQLite database, and creates it (mode 0600) if the file does not exist. Processes that
 * start at the same time get the same key.
 *
 * @throws Error if other users may read the file, or it does not hold a key
 */
export function masterKeyFile(path: string): MasterKey {
  if (!existsSync(path)) makeMasterKeyFile(path);
  const mode = statSync(path).mode & 0o777;
  if (process.platform !== "win32" && (mode & 0o077) !== 0) {
    throw new Error(
      `Other users may read the master key ${path} (mode ${mode.toString(8)}). Run: chmod 600 '${path}'. ` +
        "If other users could log in to this machine, treat the key as leaked.",
    );
  }
  const bytes = Buffer.from(readFileSync(path, "utf8").trim(), "base64url");
  if (bytes.length !== MASTER_KEY_BYTES) {
    throw new Error(`${path} does not hold a master key (base64url of ${MASTER_KEY_BYTES} bytes).`);
  }
  return masterKey(bytes);
}

/** Links a complete draft to the path, so that the file is never partial and never replaces an existing one. */
function makeMasterKeyFile(path: string): void {
  const draft = `${path}.${randomBytes(6).toString("hex")}`;
  const file = openSync(draft, "wx", 0o600);
  try {
    writeFileSync(file, `${randomBytes(MASTER_KEY_BYTES).toString("base64url")}\n`);
    fsyncSync(file);
    linkSync(draft, path);
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== "EEXIST") throw error;
  } finally {
    closeSync(file);
    unlinkSync(draft);
  }
  syncFolder(dirname(path));
}

/** Makes the file's name durable: without the key, all that is wrapped under it is lost. */
function syncFolder(folder: string): void {
  if (process.platform === "win32") return;
  const handle = openSync(folder, "r");
  try {
    fsyncSync(handle);
  } finally {
    closeSync(handle);
  }
}
