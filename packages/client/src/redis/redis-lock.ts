import { leaseLock } from "../lease-lock.ts";
import { randomId } from "../random-id.ts";
import type { TokenLock } from "../types.ts";
import { commandOf, evaluate } from "./command.ts";
import type { RedisLike } from "./command.ts";

export interface RedisLockOptions {
  /** Stands before every name. Default: `regrant:lock:`. */
  readonly prefix?: string;
}

/** KEYS: the lock. ARGV: the owner, the lease in ms. */
const EXTEND = `
if redis.call('GET', KEYS[1]) ~= ARGV[1] then return 0 end
return redis.call('PEXPIRE', KEYS[1], ARGV[2])`;

/** KEYS: the lock. ARGV: the owner. */
const FREE = `
if redis.call('GET', KEYS[1]) ~= ARGV[1] then return 0 end
return redis.call('DEL', KEYS[1])`;

/**
 * A lock for everybody who reaches one Redis: a key that expires with its holder. A failover to a replica that has not
 * heard of the key can give it away twice; the store's compare-and-set holds even then.
 *
 * @param client of `ioredis` or `redis` (node-redis)
 */
export function redisLock(client: RedisLike, { prefix = "regrant:lock:" }: RedisLockOptions = {}): TokenLock {
  const command = commandOf(client);
  return leaseLock((name, leaseMs) => {
    const key = prefix + name;
    const owner = randomId();
    const lease = String(Math.ceil(leaseMs));
    return {
      take: async () => (await command("SET", key, owner, "NX", "PX", lease)) !== null,
      extend: async () => Number(await evaluate(command, EXTEND, key, owner, lease)) === 1,
      free: () => evaluate(command, FREE, key, owner),
    };
  });
}
