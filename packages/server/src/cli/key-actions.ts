import type { Command } from "commander";
import { readFile } from "node:fs/promises";
import { text } from "node:stream/consumers";
import { instantWithAge } from "../time-text.ts";
import { withAdministration } from "./administration.ts";
import type { Administration } from "./administration.ts";
import { instantCell, stateCell } from "./cells.ts";
import { toReadError } from "./cli-error.ts";
import { printJson, printTable } from "./output.ts";
import type { JsonOption } from "./output.ts";
import type { Column } from "./table.ts";

const KEY_COLUMNS: readonly Column[] = [
  { name: "use", importance: 6 },
  { name: "key", importance: 9 },
  { name: "algorithm", importance: 3 },
  { name: "state", importance: 7 },
  { name: "active from", importance: 4 },
];

/** `keys list`: the keys and what each is used for now. It creates none, so a new database has none. */
export async function list({ json }: JsonOption, command: Command): Promise<void> {
  await withAdministration(command, async ({ call, now }) => {
    const keys = await call("keys.list");
    if (json) return printJson(keys);
    const from = (key: { active_at: string }) => instantCell(Date.parse(key.active_at), now());
    const rows = [
      ...keys.signing.map((key) => ["signing", key.kid, key.algorithm, stateCell(key.state), from(key)]),
      ...keys.mac.map((key) => ["MAC", String(key.number), "HMAC", stateCell(key.state), from(key)]),
    ];
    printTable(KEY_COLUMNS, rows, "No keys.");
  });
}

/** Runs `work` with what creates keys: a new database gets its first keys before. */
function withKeys(command: Command, work: (administration: Administration) => Promise<void>): Promise<void> {
  return withAdministration(command, work, { keys: true });
}

/**
 * `keys rotate`: prints when the new key starts to sign. Until then resource servers fetch it with the JWKS.
 *
 * @throws AdminError `conflict`
 */
export async function rotateSigning({ json }: JsonOption, command: Command): Promise<void> {
  await withKeys(command, async ({ call, now }) => {
    const key = await call("keys.rotateSigning");
    if (json) return printJson(key);
    const when = instantWithAge(Date.parse(key.active_at), now());
    console.log(`Signing key ${key.kid} (${key.algorithm}) is published; it signs from ${when}.`);
  });
}

/**
 * `keys rotate --mac`.
 *
 * @throws AdminError `conflict`, `not_allowed`
 */
export async function rotateMac({ json }: JsonOption, command: Command): Promise<void> {
  await withKeys(command, async ({ call, now }) => {
    const key = await call("keys.rotateMac");
    if (json) return printJson(key);
    const when = instantWithAge(Date.parse(key.active_at), now());
    console.log(`MAC key ${key.number} protects new refresh tokens from ${when}.`);
    console.log("Refresh tokens under older keys stay valid.");
  });
}

/**
 * `keys import`: exits with 0 also if the key was imported already.
 *
 * @throws CliError the file cannot be read; AdminError `invalid`, `conflict`
 */
export async function importKey(
  file: string,
  { verifyOnly = false, json }: JsonOption & { verifyOnly?: boolean },
  command: Command,
): Promise<void> {
  // Read before the store is opened: a mistyped name must not create a database.
  const pem = await readKeyFile(file);
  await withKeys(command, async ({ call, now }) => {
    const imported = await call("keys.import", { body: { pem, verify_only: verifyOnly } });
    if (json) return printJson(imported);
    const { kid, added, active_at: activeAt } = imported;
    if (!added) return console.log(`Signing key ${kid} was imported already.`);
    const signs = verifyOnly ? "" : `; it signs from ${instantWithAge(Date.parse(activeAt), now())}`;
    console.log(`Signing key ${kid} (RS256) is published${signs}.`);
  });
}

/**
 * Reads a key in PEM; `-` is standard input. The service never reads this file again.
 *
 * @throws CliError
 */
export async function readKeyFile(file: string): Promise<string> {
  try {
    return file === "-" ? await text(process.stdin) : await readFile(file, "utf8");
  } catch (error) {
    throw toReadError(error as Error, file);
  }
}

/**
 * `keys distrust`. A number is a MAC key's; anything else is a signing key's `kid`.
 *
 * @throws AdminError `not_found`, `not_allowed`
 */
export async function distrust(key: string, { json }: JsonOption, command: Command): Promise<void> {
  await withKeys(command, async ({ call }) => {
    if (/^\d{1,3}$/.test(key)) {
      const number = Number(key);
      const { mac } = await call("keys.list");
      const wasDistrusted = mac.some((each) => each.number === number && each.state === "distrusted");
      await call("keys.distrustMac", { path: { number: key } });
      const message = `Refresh tokens under MAC key ${number} are refused.`;
      console.error(wasDistrusted ? `MAC key ${number} was already distrusted.` : message);
      if (json) printJson({ number, distrusted: true });
    } else {
      await call("keys.distrustSigning", { path: { kid: key } });
      console.error(
        `Signing key ${key} is removed from the JWKS; access tokens that it signed are inactive.`,
      );
      console.error("Resource servers that cached the JWKS accept them until they fetch it again.");
      if (json) printJson({ kid: key, distrusted: true });
    }
  });
}
