/**
 * Sessions and their keys in a browser, for all tabs and workers of one origin.
 *
 * @module
 */
export { indexedDbKeys } from "./indexed-db-keys.ts";
export type { IndexedDbKeysOptions } from "./indexed-db-keys.ts";
export { indexedDbStore } from "./indexed-db-store.ts";
export type { IndexedDbStoreOptions } from "./indexed-db-store.ts";
export { localStorageStore } from "./local-storage-store.ts";
export { webLock } from "./web-lock.ts";
