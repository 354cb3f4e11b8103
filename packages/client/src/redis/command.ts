/** Sends one command, its name first, and returns the answer as the driver gives it. */
export type RedisCommand = (...parts: string[]) => PromiseLike<unknown>;

/** What `ioredis` (`call`) or `redis` (`sendCommand`) offers, as far as it is used. */
export type RedisLike =
  | { call(command: string, ...parts: string[]): PromiseLike<unknown> }
  | { sendCommand(parts: string[]): PromiseLike<unknown> };

export function commandOf(client: RedisLike): RedisCommand {
  // ioredis has a `sendCommand` too, which means something else.
  if ("call" in client) return (command = "", ...parts) => client.call(command, ...parts);
  return (...parts) => client.sendCommand(parts);
}

/** Runs a script that touches one key, which Redis does as one step. */
export function evaluate(
  command: RedisCommand,
  script: string,
  key: string,
  ...values: string[]
): PromiseLike<unknown> {
  return command("EVAL", script, "1", key, ...values);
}
