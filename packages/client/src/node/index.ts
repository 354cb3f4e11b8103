export { directoryLock } from "./directory-lock.ts";
export type { DirectoryLockOptions } from "./directory-lock.ts";
export { fileStore } from "./file-store.ts";
export type { FileStoreOptions } from "./file-store.ts";
