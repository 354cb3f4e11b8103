/**
 * Sessions and their keys in files, for all processes of one machine.
 *
 * @module
 */
export { directoryLock } from "./directory-lock.ts";
export type { DirectoryLockOptions } from "./directory-lock.ts";
export { fileKeys } from "./file-keys.ts";
export type { FileKeysOptions } from "./file-keys.ts";
export { fileStore } from "./file-store.ts";
export type { FileStoreOptions } from "./file-store.ts";
