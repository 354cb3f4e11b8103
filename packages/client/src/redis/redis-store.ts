import { messageOnly, StoreError } from "../errors.ts";
import { randomId } from "../record.ts";
import { parseRecord } from "../stored-record.ts";
import type { TokenStore } from "../types.ts";
import { commandOf, evaluate } from "./command.ts";
import type { RedisLike } from "./command.ts";

/** Which keys to use. */
export interface RedisStoreOptions {
  /** Prefix of the keys. Default `regrant:`. */
  readonly prefix?: string;
}

/** KEYS: the credential. ARGV: the expected version (empty: no record), the new version, the record. */
const COMPARE_AND_SET = `
if (redis.call('HGET', KEYS[1], 'version') or '') ~= ARGV[1] then return 0 end
redis.call('HSET', KEYS[1], 'version', ARGV[2], 'record', ARGV[3])
return 1`;

/**
 * Stores credentials in Redis: one hash each, with `version` and `record`, that never expires. Durability depends on the
 * configuration of Redis: `appendonly yes` with `appendfsync always`, `maxmemory-policy noeviction`.
 *
 * @param client an `ioredis` or `redis` (node-redis) client; its errors become StoreError
 */
export function redisStore(client: RedisLike, { prefix = "regrant:" }: RedisStoreOptions = {}): TokenStore {
  const command = commandOf(client);
  return {
    scope: "shared",
    atomic: true,
    get: (key) =>
      guarded(async () => {
        const [version, record] = (await command("HMGET", prefix + key, "version", "record")) as (
          string | null
        )[];
        // The script takes an empty version to mean no record, and writes over what else there is.
        return version ? { version, record: parseRecord(record) } : undefined;
      }),
    compareAndSet: (key, expected, next) =>
      guarded(async () => {
        if (expected === "") return false;
        const version = randomId();
        const values = [expected ?? "", version, JSON.stringify(next)];
        const written = await evaluate(command, COMPARE_AND_SET, prefix + key, ...values);
        return Number(written) === 1 && version;
      }),
  };
}

async function guarded<T>(action: () => Promise<T>): Promise<T> {
  try {
    return await action();
  } catch (error) {
    throw new StoreError("Redis failed", { cause: messageOnly(error) });
  }
}
