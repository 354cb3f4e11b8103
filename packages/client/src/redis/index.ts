/**
 * Sessions in Redis, for all machines that share it; with `ioredis` or `redis`.
 *
 * @module
 */
export type { RedisLike } from "./command.ts";
export { redisLock } from "./redis-lock.ts";
export type { RedisLockOptions } from "./redis-lock.ts";
export { redisStore } from "./redis-store.ts";
export type { RedisStoreOptions } from "./redis-store.ts";
