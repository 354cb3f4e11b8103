import type { Command } from "commander";
import { readFile } from "node:fs/promises";
import { text } from "node:stream/consumers";
import { importSigningKey, KeyImportError, readPrivateKey } from "../keys/import-key.ts";
import { KeyRing } from "../keys/key-ring.ts";
import { distrustSigningKey, rotateMacKey, rotateSigningKey } from "../keys/rotation.ts";
import type { KeyRotationOptions } from "../keys/rotation.ts";
import type { MacKeyRecord, Store } from "../store/store.ts";
import { CliError } from "./cli-error.ts";
import { openKeys } from "./open-keys.ts";
import { instantWithAge, isoInstant, printJson, printTable } from "./output.ts";
import { actor, withStore } from "./session.ts";

interface JsonOption {
  json?: true;
}

interface Keys {
  store: Store;
  keys: KeyRing;
  rotation: KeyRotationOptions;
}

async function withKeys(command: Command, work: (keys: Keys) => Promise<void>): Promise<void> {
  await withStore(command, async (store, { config, sources }, { masterKeys }) => {
    await work({ store, ...(await openKeys(store, masterKeys, config, sources)) });
  });
}

/** `keys list` */
export async function list({ json }: JsonOption, command: Command): Promise<void> {
  await withStore(command, async (store, _session, { masterKeys }) => {
    const keys = new KeyRing(store.keys, masterKeys);
    await keys.load();
    const { signing, mac } = await store.keys.list();
    const now = store.now();
    const signs = signing.length === 0 ? undefined : keys.signingKeyAt(now).kid;
    const usable = mac.some(
      (key) => key.distrustedAt === null && keys.masterKeys.some(({ id }) => id === key.masterKeyId),
    );
    const seals = usable ? keys.macKeyAt(now).number : undefined;
    const signingRows = signing.map(({ kid, algorithm, activeAt, createdAt }) => {
      const state = kid === signs ? "signs" : activeAt > now ? "next" : "retired";
      return { kid, algorithm, state, createdAt, activeAt };
    });
    const macRows = mac.map((key) => ({ ...key, state: macState(key, seals, now) }));
    if (json) {
      return printJson({
        signing: signingRows.map(({ createdAt, activeAt, ...key }) => {
          return { ...key, created_at: isoInstant(createdAt), active_at: isoInstant(activeAt) };
        }),
        mac: macRows.map(({ number, masterKeyId, state, activeAt, distrustedAt }) => {
          const instants = { active_at: isoInstant(activeAt), distrusted_at: isoInstant(distrustedAt) };
          return { number, master_key_id: masterKeyId, state, ...instants };
        }),
      });
    }
    const rows = signingRows.map((key) => [
      "signing",
      key.kid,
      key.algorithm,
      key.state,
      instantWithAge(key.activeAt, now),
    ]);
    const rest = macRows.map((key) => [
      "MAC",
      String(key.number),
      "HMAC",
      key.state,
      instantWithAge(key.activeAt, now),
    ]);
    printTable(
      ["use", "key", "algorithm", "state", "in force from"],
      [...rows, ...rest],
      "There are no keys.",
    );
  });
}

function macState(
  { number, activeAt, distrustedAt }: MacKeyRecord,
  seals: number | undefined,
  now: number,
): string {
  if (distrustedAt !== null) return "distrusted";
  if (number === seals) return "seals";
  return activeAt > now ? "next" : "opens";
}

/** `keys rotate` */
export async function rotateSigning({ json }: JsonOption, command: Command): Promise<void> {
  await withKeys(command, async ({ store, keys, rotation }) => {
    const kid = await rotateSigningKey({ store, keys }, rotation, actor());
    const key = keys.published.find((each) => each.kid === kid);
    if (key === undefined)
      throw new CliError("another process made a key at the same time", "npx regrant keys list");
    const { algorithm, activeAt } = key;
    if (json) return printJson({ kid, algorithm, active_at: isoInstant(activeAt) });
    console.log(
      `The key ${kid} (${algorithm}) is published; it signs from ${instantWithAge(activeAt, store.now())}.`,
    );
  });
}

/** `keys import` */
export async function importKey(
  file: string,
  { verifyOnly = false, json }: JsonOption & { verifyOnly?: boolean },
  command: Command,
): Promise<void> {
  const pem = await readKeyFile(file);
  await withKeys(command, async ({ store, keys, rotation }) => {
    try {
      const key = readPrivateKey(pem);
      const { kid, added } = await importSigningKey({ store, keys }, rotation, key, {
        verifyOnly,
        actor: actor(),
      });
      if (json) return printJson({ kid, added });
      console.log(added ? `The key ${kid} (RS256) is published.` : `The key ${kid} is here already.`);
    } catch (error) {
      throw error instanceof KeyImportError ? new CliError(`${file}: ${error.message}`) : error;
    }
  });
}

/** A key in PEM; `-` is standard input. */
export async function readKeyFile(file: string): Promise<string> {
  try {
    return file === "-" ? await text(process.stdin) : await readFile(file, "utf8");
  } catch (error) {
    throw new CliError(`${file} cannot be read: ${error instanceof Error ? error.message : String(error)}`);
  }
}

/** `keys rotate --mac` */
export async function rotateMac({ json }: JsonOption, command: Command): Promise<void> {
  await withKeys(command, async ({ store, keys }) => {
    const number = await nextMacKey(store, keys);
    const { mac } = await store.keys.list();
    const activeAt = mac.find((key) => key.number === number)?.activeAt ?? store.now();
    if (json) return printJson({ number, active_at: isoInstant(activeAt) });
    console.log(
      `MAC key ${number} protects new refresh tokens from ${instantWithAge(activeAt, store.now())}.`,
    );
    console.log("Tokens under older keys keep working.");
  });
}

/** `keys distrust`: a number is a MAC key's, anything else a signing key's `kid`. */
export async function distrust(key: string, options: JsonOption, command: Command): Promise<void> {
  if (/^\d{1,3}$/.test(key)) return distrustMac(Number(key), options, command);
  await withKeys(command, async ({ store, keys, rotation }) => {
    if (!(await distrustSigningKey({ store, keys }, rotation, key, actor()))) {
      throw new CliError(`there is no signing key ${key}`, "npx regrant keys list shows all of them");
    }
    console.error(`The key ${key} is out of the JWKS; access tokens that it signed are inactive.`);
    console.error("Resource servers that cached the JWKS believe them until they fetch it again.");
    if (options.json) printJson({ kid: key, distrusted: true });
  });
}

async function distrustMac(number: number, { json }: JsonOption, command: Command): Promise<void> {
  await withKeys(command, async ({ store, keys }) => {
    const { mac } = await store.keys.list();
    const key = mac.find((each) => each.number === number);
    if (key === undefined)
      throw new CliError(`there is no MAC key ${number}`, "npx regrant keys list shows all of them");
    // A running service must have another one to seal with at once.
    if (key.distrustedAt === null && key.number === mac.at(-1)?.number) await nextMacKey(store, keys);
    const done = await store.keys.distrustMacKey(number, key.masterKeyId, actor());
    const text = `Refresh tokens under MAC key ${number} are refused.`;
    console.error(done ? text : `MAC key ${number} was distrusted already.`);
    if (json) printJson({ number, distrusted: true });
  });
}

async function nextMacKey(store: Store, keys: KeyRing): Promise<number> {
  const number = await rotateMacKey({ store, keys }, actor()).catch((error: unknown) => {
    throw error instanceof Error ? new CliError(error.message) : error;
  });
  if (number === undefined)
    throw new CliError("another process made a key at the same time", "npx regrant keys list");
  return number;
}
