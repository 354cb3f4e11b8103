import { isTokenError } from "@regrant/client";
import type { TokenClient, TokenResponse } from "@regrant/client";
import { directoryLock, fileStore } from "@regrant/client/node";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { LOGIN_VARIABLES } from "../../config/login-variables.ts";
import { CliError } from "../cli-error.ts";
import { dpopOf } from "./dpop.ts";
import type { LoginsHome } from "./home.ts";
import { setLoginAside, stageLogin } from "./login-file.ts";
import type { Login } from "./login-file.ts";
import { clientOf } from "./open-login.ts";
import { stagePrivateFile } from "./private-file.ts";
import { sessionError } from "./session-error.ts";

/** Where a login will be stored; all of it has been written to. */
export interface LoginPlace {
  readonly client: TokenClient;
  /** Stores the first tokens, then the login's file. @throws {CliError} they could not be stored (2) */
  store(tokens: TokenResponse): Promise<void>;
  /** Leaves everything as it was. */
  discard(): void;
}

/** More than the tokens of any server: they will have room. */
const PROBE = "x".repeat(64 * 1024);
/** Pauses between the attempts to store tokens, ms. */
const RETRIES = [100, 1000, 3000];

/**
 * Proves that a login can be stored, before its secret is sent, which may work only once: writes its file beside an
 * earlier one and as much as tokens need, reads what is replaced, and takes the lock of refreshes. Nothing is changed.
 *
 * @param isDamaged whether the login's file is damaged, and so is set aside
 * @throws {CliError} something cannot be written (2)
 */
export async function prepareLogin(
  home: LoginsHome,
  account: string,
  login: Login,
  isDamaged: boolean,
): Promise<LoginPlace> {
  const staged = stageLogin(home, account, login);
  try {
    await tryStore(home, account, login);
    await tryLock(home, account);
    await dpopOf(home, account, login)?.keyPair();
  } catch (error) {
    staged.discard();
    throw unwritable(sessionError(error, account, login));
  }
  const client = clientOf(home, account, login);
  return {
    client,
    discard: () => staged.discard(),
    async store(tokens) {
      try {
        // They come first: if the process dies now, they are on the disk.
        await setTokens(client, tokens);
        if (isDamaged) console.error(`The damaged file is now ${setLoginAside(home, account)}`);
        staged.commit();
      } catch (error) {
        staged.discard();
        throw notStored(sessionError(error, account, login), home, account, login, tokens);
      }
    },
  };
}

/** Reads what a login replaces, and writes a record that replaces nothing: no version is like the one that it expects. */
async function tryStore(
  home: LoginsHome,
  account: string,
  { tokenEndpoint, clientId }: Login,
): Promise<void> {
  // The folder of the first tokens does not exist yet.
  stagePrivateFile(join(home.tokens, "probe"), PROBE).discard();
  const store = fileStore({ directory: home.tokens });
  await store.get(account);
  const empty = { schema: 1, generation: 0, tokenEndpoint, clientId, issuedAt: 0, clockOffset: 0 } as const;
  await store.compareAndSet(account, crypto.randomUUID(), { ...empty, scope: PROBE });
}

/** Without the lock the tokens could be stored, but not refreshed. */
async function tryLock(home: LoginsHome, account: string): Promise<void> {
  const lock = directoryLock({ directory: home.locks });
  try {
    await lock(account, async () => {}, { waitMs: 1000, leaseMs: 30_000 });
  } catch (error) {
    // It is held: a process could write it.
    if (!isTokenError(error, "lock_busy")) throw error;
  }
}

async function setTokens(client: TokenClient, tokens: TokenResponse): Promise<void> {
  for (const pause of RETRIES) {
    try {
      return await client.set(tokens);
    } catch (error) {
      if (!isTokenError(error, "store_failed")) throw error;
      await sleep(pause);
    }
  }
  await client.set(tokens);
}

function unwritable(error: unknown): unknown {
  if (!(error instanceof CliError)) return error;
  const hint = error.hint ?? `set ${LOGIN_VARIABLES.home} to use another directory`;
  return new CliError(error.message, `nothing was sent to the server; ${hint}`, error.exitCode);
}

/** The place was writable a moment ago: what cannot be had again is kept in another one. */
function notStored(
  error: unknown,
  home: LoginsHome,
  account: string,
  { grant }: Login,
  { refresh_token: refreshToken }: TokenResponse,
): unknown {
  if (!(error instanceof CliError)) return error;
  if (grant !== "refresh_token" || !refreshToken) {
    return new CliError(error.message, "the tokens were not stored: correct this and log in again", 2);
  }
  const path = keepToken(home, account, refreshToken);
  const hint =
    path === undefined
      ? "the refresh token is spent, and its successor could be stored nowhere: get another one"
      : `the new refresh token is in ${path}: correct this, log in with it and --grant refresh_token, and delete the file`;
  return new CliError(error.message, hint, 2);
}

/** Keeps a refresh token in a file that only this user can read, in the first folder that accepts it. */
function keepToken(
  { folder, logins, locks }: LoginsHome,
  account: string,
  refreshToken: string,
): string | undefined {
  for (const place of [folder, logins, locks, tmpdir(), process.cwd()]) {
    const path = join(place, `refresh-token-of-${account}-${crypto.randomUUID()}`);
    try {
      stagePrivateFile(path, `${refreshToken}\n`).commit();
      return path;
    } catch {
      // The next one may accept it.
    }
  }
  return undefined;
}
