import { hkdfSync, randomBytes } from "node:crypto";
import { closeSync, fsyncSync, openSync, readFileSync, statSync, writeSync } from "node:fs";

export const MASTER_KEY_BYTES = 32;

/** A secret of 32 bytes from which MAC keys are derived and under which signing keys are sealed. */
export interface MasterKey {
  /** Names it without revealing it: 16 hex digits. */
  id: string;
  bytes: Buffer;
}

export function masterKey(bytes: Buffer): MasterKey {
  if (bytes.length !== MASTER_KEY_BYTES) throw new TypeError(`a master key has ${MASTER_KEY_BYTES} bytes`);
  return { id: derive(bytes, "regrant master key id", 8).toString("hex"), bytes };
}

/** HKDF-SHA-256 (RFC 5869) without salt: the input is uniformly random already. */
export function derive(key: Buffer, info: string, length: number): Buffer {
  return Buffer.from(hkdfSync("sha256", key, "", info, length));
}

/**
 * Reads the master key beside a SQLite database, and makes it (mode 0600) where there is none. Processes that start
 * at once end up with the same one.
 *
 * @throws Error if others may read the file, or it holds no key
 */
export function masterKeyFile(path: string): MasterKey {
  try {
    const file = openSync(path, "wx", 0o600);
    const bytes = randomBytes(MASTER_KEY_BYTES);
    writeSync(file, `${bytes.toString("base64url")}\n`);
    fsyncSync(file);
    closeSync(file);
    return masterKey(bytes);
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== "EEXIST") throw error;
  }
  const mode = statSync(path).mode & 0o777;
  if (process.platform !== "win32" && (mode & 0o077) !== 0) {
    throw new Error(
      `Others may read the master key ${path} (mode ${mode.toString(8)}). Run: chmod 600 '${path}', ` +
        "and think of the key as leaked if others could log in to this machine.",
    );
  }
  const bytes = Buffer.from(readFileSync(path, "utf8").trim(), "base64url");
  if (bytes.length !== MASTER_KEY_BYTES) {
    throw new Error(`${path} does not hold a master key (base64url of ${MASTER_KEY_BYTES} bytes).`);
  }
  return masterKey(bytes);
}
