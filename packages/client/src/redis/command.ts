/** Sends one command, its name first; resolves to the driver's reply. */
export type RedisCommand = (...parts: string[]) => PromiseLike<unknown>;

/** The part of `ioredis` (`call`) or `redis` (`sendCommand`) that is used. */
export type RedisLike =
  | { call(command: string, ...parts: string[]): PromiseLike<unknown> }
  | { sendCommand(parts: string[]): PromiseLike<unknown> };

export function commandOf(client: RedisLike): RedisCommand {
  // ioredis has a `sendCommand` with another signature.
  if ("call" in client) return (command = "", ...parts) => client.call(command, ...parts);
  return (...parts) => client.sendCommand(parts);
}

/** Runs a Lua script on one key, atomically. */
export function evaluate(
  command: RedisCommand,
  script: string,
  key: string,
  ...values: string[]
): PromiseLike<unknown> {
  return command("EVAL", script, "1", key, ...values);
}
