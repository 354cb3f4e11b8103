export type { RedisLike } from "./command.ts";
export { redisLock } from "./redis-lock.ts";
export type { RedisLockOptions } from "./redis-lock.ts";
export { redisStore } from "./redis-store.ts";
export type { RedisStoreOptions } from "./redis-store.ts";
