import { dpop } from "@regrant/client/dpop";
import type { Dpop } from "@regrant/client/dpop";
import { fileKeys } from "@regrant/client/node";
import { rmSync } from "node:fs";
import { join } from "node:path";
import { discover } from "./discover.ts";
import type { LoginsHome } from "./home.ts";
import { readLogin, stageLogin } from "./login-file.ts";
import type { Login } from "./login-file.ts";
import { fileError } from "./private-file.ts";

/** Algorithms of proofs where the server does not say which it accepts (`dpop_signing_alg_values_supported`). */
export const DEFAULT_ALGORITHMS: readonly string[] = ["ES256"];

/** The key that a login's tokens are bound to (RFC 9449), in a file of this login; undefined: they are bound to none. */
export function dpopOf(home: LoginsHome, account: string, login: Pick<Login, "dpop">): Dpop | undefined {
  if (login.dpop === undefined) return undefined;
  return dpop({ keys: fileKeys({ directory: folderOf(home, account) }), algorithms: login.dpop });
}

/**
 * Gives a login a key, which its tokens are bound to from their next refresh on; leaves one that has a key as it is.
 *
 * @throws {CliError} the file cannot be read or written (2), or the server cannot be reached (75)
 */
export async function bindLogin(home: LoginsHome, account: string): Promise<void> {
  const login = readLogin(home, account);
  if (login === undefined || login.dpop !== undefined) return;
  const { issuer, allowHttp } = login;
  const server = issuer === undefined ? undefined : await discover(issuer, allowHttp);
  stageLogin(home, account, { ...login, dpop: server?.dpopAlgorithms ?? DEFAULT_ALGORITHMS }).commit();
}

/** Removes a login's key. @throws {CliError} (2) */
export function removeKey(home: LoginsHome, account: string): void {
  const folder = folderOf(home, account);
  try {
    rmSync(folder, { recursive: true, force: true });
  } catch (error) {
    throw fileError(error, folder, "remove");
  }
}

function folderOf(home: LoginsHome, account: string): string {
  return join(home.keys, account);
}
