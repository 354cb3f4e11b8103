import { withoutValues } from "../driver-error.ts";
import { StoreError } from "../errors.ts";
import { randomId } from "../random-id.ts";
import { parseRecord } from "../record-text.ts";
import type { TokenStore } from "../types.ts";
import { commandOf, evaluate } from "./command.ts";
import type { RedisLike } from "./command.ts";

export interface RedisStoreOptions {
  /** Stands before every key. Default: `regrant:`. */
  readonly prefix?: string;
}

/** KEYS: the credential. ARGV: the expected version (empty: none), the new one, the record. */
const COMPARE_AND_SET = `
if (redis.call('HGET', KEYS[1], 'version') or '') ~= ARGV[1] then return 0 end
redis.call('HSET', KEYS[1], 'version', ARGV[2], 'record', ARGV[3])
return 1`;

/**
 * Keeps credentials in Redis, for everybody who reaches it: one hash each, `version` and `record`, that never expires. A
 * record is as safe as Redis is set to keep it: `appendonly yes` with `appendfsync always`, `maxmemory-policy noeviction`.
 *
 * @param client of `ioredis` or `redis` (node-redis); its errors become StoreError
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
        if (typeof version !== "string" || typeof record !== "string") return undefined;
        return { version, record: parseRecord(record) };
      }),
    compareAndSet: (key, expected, next) =>
      guarded(async () => {
        // No version is empty, so an empty one expects no record.
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
    throw new StoreError("Redis failed", { cause: withoutValues(error) });
  }
}
