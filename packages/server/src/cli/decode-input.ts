import { CliError } from "./cli-error.ts";

/** Byte order marks; PowerShell and Windows editors write them. */
const ENCODINGS: readonly (readonly [name: string, mark: readonly number[]])[] = [
  ["utf-8", [0xef, 0xbb, 0xbf]],
  ["utf-16le", [0xff, 0xfe]],
  ["utf-16be", [0xfe, 0xff]],
];

/**
 * Decodes piped text by its byte order mark, which is left out; without one it is UTF-8.
 *
 * @throws {CliError} it is in another encoding (2): it would be sent as other characters
 */
export function decodeInput(bytes: Uint8Array): string {
  const [encoding = "utf-8"] = ENCODINGS.find(([, mark]) => mark.every((byte, i) => bytes[i] === byte)) ?? [];
  try {
    const text = new TextDecoder(encoding, { fatal: true }).decode(bytes);
    if (!text.includes("\0")) return text;
  } catch {
    // Reported below.
  }
  const hint = "write it as UTF-8; in PowerShell: $OutputEncoding = [System.Text.UTF8Encoding]::new()";
  throw new CliError("standard input is not text in UTF-8", hint, 2);
}
