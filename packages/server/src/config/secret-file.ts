import { isUtf8 } from "node:buffer";
import { closeSync, openSync, readSync } from "node:fs";
import { isAbsolute } from "node:path";
import { getSystemErrorMessage } from "node:util";

/** The largest file that is read, bytes: larger than any secret. */
const LARGEST = 64 * 1024;

/** What became of a secret's file. A violation completes the variable's name, and holds nothing of the content. */
export type SecretFile = { outcome: "read"; text: string } | { outcome: "invalid"; violation: string };

/**
 * Reads a secret from the file that a variable names, once, at the start. It may be a pipe. Its mode is not checked:
 * Docker and Kubernetes mount secrets that every user of the container can read.
 *
 * @param path absolute: what else stands in the variable may be the secret itself, so it is not quoted
 */
export function readSecretFile(path: string): SecretFile {
  if (path.trim() === "") return invalid("is empty: name a file or remove it");
  if (!isAbsolute(path)) return invalid("must be the absolute path of a file");
  try {
    const bytes = readAtMost(path, LARGEST + 1);
    if (bytes.length > LARGEST)
      return invalid(`${path} is larger than ${LARGEST} bytes, so it is not a secret`);
    // Other bytes would be replaced, and a literal key or a password does not show that; UTF-16 has zeros.
    if (!isUtf8(bytes) || bytes.includes(0)) return invalid(`${path} is not UTF-8 text`);
    return { outcome: "read", text: bytes.toString("utf8") };
  } catch (error) {
    const { errno, message } = error as NodeJS.ErrnoException;
    const reason = errno === undefined ? message : getSystemErrorMessage(errno);
    return invalid(`cannot read ${path}: ${reason}`);
  }
}

function invalid(violation: string): SecretFile {
  return { outcome: "invalid", violation };
}

/** The first bytes of a file, which may have no end. */
function readAtMost(path: string, most: number): Buffer {
  const buffer = Buffer.alloc(most);
  const file = openSync(path, "r");
  try {
    let length = 0;
    while (length < most) {
      const count = readSync(file, buffer, length, most - length, null);
      if (count === 0) break;
      length += count;
    }
    return buffer.subarray(0, length);
  } finally {
    closeSync(file);
  }
}
