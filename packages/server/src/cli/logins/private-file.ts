import {
  closeSync,
  constants,
  fchmodSync,
  fstatSync,
  fsyncSync,
  mkdirSync,
  openSync,
  readFileSync,
  renameSync,
  rmSync,
  writeFileSync,
} from "node:fs";
import { dirname, join } from "node:path";
import { LOGIN_VARIABLES } from "../../config/login-variables.ts";
import { CliError } from "../cli-error.ts";
import { fileReason } from "../file-reason.ts";

/** Of a file of ours, bytes; what is larger is another one's. */
const MAX_SIZE = 64 * 1024;

/**
 * The text of a file that only its owner may read; undefined: there is none.
 *
 * @throws {CliError} it cannot be read, or somebody else could read or have written it
 */
export function readPrivateFile(path: string): string | undefined {
  let file: number;
  try {
    // A pipe in its place would be waited for.
    file = openSync(path, constants.O_RDONLY | (constants.O_NONBLOCK ?? 0));
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === "ENOENT") return undefined;
    throw fileFault(error, path, "read");
  }
  try {
    refuseShared(file, path);
    return readFileSync(file, "utf8");
  } catch (error) {
    throw fileFault(error, path, "read");
  } finally {
    closeSync(file);
  }
}

/**
 * Writes a file that only its owner may read, as a whole: after a crash it is the old one or the new one.
 *
 * @throws {CliError} the place cannot be written
 */
export function writePrivateFile(path: string, text: string): void {
  const folder = dirname(path);
  const temporary = join(folder, `.${crypto.randomUUID()}.tmp`);
  try {
    // XDG base directory specification: a folder that is missing is made with 0700.
    mkdirSync(folder, { recursive: true, mode: 0o700 });
    writeDurably(temporary, text);
    renameSync(temporary, path);
    syncFolder(folder);
  } catch (error) {
    rmSync(temporary, { force: true });
    throw fileFault(error, path, "written");
  }
}

/** Removes a file, if there is one. */
export function removePrivateFile(path: string): void {
  try {
    rmSync(path, { force: true });
  } catch (error) {
    throw fileFault(error, path, "removed");
  }
}

/** The fault behind an error of the file system; an error that is none comes back as it is. */
export function fileFault(error: unknown, path: string, what: "read" | "written" | "removed"): unknown {
  const reason = fileReason(error);
  if (reason === undefined) return error;
  return new CliError(
    `${path} cannot be ${what}: ${reason}`,
    `${LOGIN_VARIABLES.home} chooses another folder`,
    2,
  );
}

function refuseShared(file: number, path: string): void {
  const { mode, uid, size } = fstatSync(file);
  if ((mode & constants.S_IFMT) !== constants.S_IFREG || size > MAX_SIZE) {
    throw new CliError(`${path} is not a file of regrant`, "move it away, and log in again", 2);
  }
  const user = process.getuid?.();
  // On Windows the folder of the user's own profile keeps others out.
  if (user === undefined) return;
  if (uid !== user) throw new CliError(`${path} belongs to another user`, "run the command as that user", 2);
  if ((mode & 0o077) !== 0) {
    throw new CliError(`${path} may be read by others, and it holds secrets`, `chmod 600 ${path}`, 2);
  }
}

function writeDurably(path: string, text: string): void {
  const file = openSync(path, "wx", 0o600);
  try {
    // The umask may have taken the owner's own rights.
    fchmodSync(file, 0o600);
    writeFileSync(file, text);
    fsyncSync(file);
  } finally {
    closeSync(file);
  }
}

/** Makes a rename durable. */
function syncFolder(path: string): void {
  // Windows opens no folder.
  if (process.platform === "win32") return;
  const folder = openSync(path, "r");
  try {
    fsyncSync(folder);
  } finally {
    closeSync(folder);
  }
}
