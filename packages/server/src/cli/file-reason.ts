const FILE_FAULTS: ReadonlyMap<string, string> = new Map([
  ["EACCES", "permission denied"],
  ["EPERM", "permission denied"],
  ["EROFS", "the file system is read-only"],
  ["ENOSPC", "the disk is full"],
  ["ENOTDIR", "part of its path is no folder"],
  ["EEXIST", "part of its path is no folder"],
  ["EISDIR", "it is a folder"],
]);

/** Why a file or a folder cannot be used, in words; undefined: the error says nothing of the place. */
export function fileReason(error: unknown): string | undefined {
  return FILE_FAULTS.get((error as NodeJS.ErrnoException).code ?? "");
}
