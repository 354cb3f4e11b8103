import { leaseLock } from "../lease-lock.ts";
import { randomId } from "../record.ts";
import type { RefreshLock } from "../api.ts";
import { commandOf, evaluate } from "./command.ts";
import type { RedisLike } from "./command.ts";

/** Which keys to use. */
export interface RedisLockOptions {
  /** Prefix of the keys. Default `regrant:lock:`. */
  readonly prefix?: string;
}

/** KEYS: the lock. ARGV: the owner, the lease in ms. Returns 1 if the owner holds it. */
const EXTEND = `
if redis.call('GET', KEYS[1]) ~= ARGV[1] then return 0 end
return redis.call('PEXPIRE', KEYS[1], ARGV[2])`;

/** KEYS: the lock. ARGV: the owner. */
const RELEASE = `
if redis.call('GET', KEYS[1]) ~= ARGV[1] then return 0 end
return redis.call('DEL', KEYS[1])`;

/**
 * A lock for all machines that share a Redis: a key that expires with its holder's lease. A failover to a replica that
 * lacks the key can grant the lock twice; the store's compare-and-set still allows one writer.
 *
 * @param client an `ioredis` or `redis` (node-redis) client
 */
export function redisLock(
  client: RedisLike,
  { prefix = "regrant:lock:" }: RedisLockOptions = {},
): RefreshLock {
  const command = commandOf(client);
  return leaseLock((name, leaseMs) => {
    const key = prefix + name;
    const owner = randomId();
    const lease = String(Math.ceil(leaseMs));
    return {
      acquire: async () => (await command("SET", key, owner, "NX", "PX", lease)) !== null,
      extend: async () => Number(await evaluate(command, EXTEND, key, owner, lease)) === 1,
      release: () => evaluate(command, RELEASE, key, owner),
    };
  });
}
