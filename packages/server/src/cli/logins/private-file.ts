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
import { getSystemErrorMessage } from "node:util";
import { LOGIN_VARIABLES } from "../../config/login-variables.ts";
import { CliError, fileReason } from "../cli-error.ts";

/** A file whose content cannot be used. A login replaces it. */
export class DamagedFileError extends CliError {
  constructor(message: string, hint: string) {
    super(message, hint, 2);
  }
}

/** Largest file, bytes; a larger one was not written by this program. */
const MAX_SIZE = 64 * 1024;

/**
 * Reads a file that only its owner may access; undefined: not found.
 *
 * @param damagedHint how a damaged one is replaced
 * @throws {CliError} it cannot be read, or other users may read or write it (2)
 */
export function readPrivateFile(path: string, damagedHint: string): string | undefined {
  let file: number;
  try {
    // Opening a pipe in its place would block.
    file = openSync(path, constants.O_RDONLY | (constants.O_NONBLOCK ?? 0));
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === "ENOENT") return undefined;
    throw fileError(error, path, "read");
  }
  try {
    assertPrivate(file, path, damagedHint);
    return readFileSync(file, "utf8");
  } catch (error) {
    throw fileError(error, path, "read");
  } finally {
    closeSync(file);
  }
}

/** New content of a file, on disk beside it. */
export interface StagedFile {
  /** Replaces the file atomically: a crash leaves the old one or the new one. @throws {CliError} (2) */
  commit(): void;
  discard(): void;
}

/**
 * Writes the new content of a file, with mode 0600, so that nothing but a rename is left to do.
 *
 * @throws {CliError} it cannot be written (2)
 */
export function stagePrivateFile(path: string, text: string): StagedFile {
  const folder = dirname(path);
  const temporary = join(folder, `.${crypto.randomUUID()}.tmp`);
  const discard = () => {
    try {
      rmSync(temporary, { force: true });
    } catch {
      // The folder has become unusable, which is reported instead.
    }
  };
  const attempt = (action: () => void) => {
    try {
      action();
    } catch (error) {
      discard();
      throw fileError(error, path, "write");
    }
  };
  attempt(() => {
    // XDG Base Directory Specification: missing directories are created with mode 0700.
    mkdirSync(folder, { recursive: true, mode: 0o700 });
    writeDurably(temporary, text);
  });
  return {
    commit: () =>
      attempt(() => {
        renameSync(temporary, path);
        syncFolder(folder);
      }),
    discard,
  };
}

/** Removes a file if it exists. @throws {CliError} (2) */
export function removePrivateFile(path: string): void {
  try {
    rmSync(path, { force: true });
  } catch (error) {
    throw fileError(error, path, "remove");
  }
}

/** Maps an error of the file system to a CliError; returns any other error unchanged. */
export function fileError(error: unknown, path: string, verb: "read" | "write" | "remove"): unknown {
  const { errno } = error as NodeJS.ErrnoException;
  const reason = fileReason(error) ?? (errno === undefined ? undefined : getSystemErrorMessage(errno));
  if (reason === undefined) return error;
  return new CliError(
    `cannot ${verb} ${path}: ${reason}`,
    `set ${LOGIN_VARIABLES.home} to use another directory`,
    2,
  );
}

/** @throws {CliError} not a regular file, too large, or accessible to other users (2) */
function assertPrivate(file: number, path: string, damagedHint: string): void {
  const { mode, uid, size } = fstatSync(file);
  if ((mode & constants.S_IFMT) !== constants.S_IFREG || size > MAX_SIZE) {
    throw new DamagedFileError(
      `${path} is damaged and was not changed: regrant did not write it`,
      damagedHint,
    );
  }
  const user = process.getuid?.();
  // On Windows the access list of the user's profile folder protects it.
  if (user === undefined) return;
  if (uid !== user) throw new CliError(`${path} is owned by another user`, "run the command as that user", 2);
  if ((mode & 0o077) !== 0) {
    throw new CliError(`${path} contains secrets and is readable by other users`, `chmod 600 ${path}`, 2);
  }
}

/** Creates a file with mode 0600 and flushes it to disk. */
function writeDurably(path: string, text: string): void {
  const file = openSync(path, "wx", 0o600);
  try {
    // The umask may have removed the owner's permissions.
    fchmodSync(file, 0o600);
    writeFileSync(file, text);
    fsyncSync(file);
  } finally {
    closeSync(file);
  }
}

/** Makes a rename durable. */
function syncFolder(path: string): void {
  // Windows cannot open directories.
  if (process.platform === "win32") return;
  const folder = openSync(path, "r");
  try {
    fsyncSync(folder);
  } finally {
    closeSync(folder);
  }
}
