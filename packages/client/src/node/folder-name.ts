import { createHash } from "node:crypto";

/** Longest name, bytes: with `.lock` it is still one, on a file system that allows 255. */
const MAX_NAME = 248;
/** How much of a longer name stays readable, bytes. */
const READABLE = 180;
/** Names of devices, which Windows allows for no folder. */
const DEVICE = /^(con|prn|aux|nul|com\d|lpt\d)$/;

/**
 * Encodes any key as a folder name, unique on case-insensitive file systems too. It never contains a dot. A name that
 * would be too long ends with a hash of the key.
 */
export function folderName(key: string, platform: string = process.platform): string {
  const name = Array.from(new TextEncoder().encode(key), encoded).join("") || "%";
  if (platform === "win32" && DEVICE.test(name)) return escaped(name.charCodeAt(0)) + name.slice(1);
  if (name.length <= MAX_NAME) return name;
  return `${name.slice(0, READABLE)}~${createHash("sha256").update(key).digest("hex")}`;
}

function encoded(byte: number): string {
  const character = String.fromCharCode(byte);
  return /[a-z0-9_-]/.test(character) ? character : escaped(byte);
}

function escaped(byte: number): string {
  return `%${byte.toString(16).padStart(2, "0")}`;
}
