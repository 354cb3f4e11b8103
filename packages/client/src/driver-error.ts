/**
 * A driver's error as a cause that may be logged: its message alone. Drivers add the command's arguments (ioredis) or
 * the statement with its values (mysql2), and tokens are among them.
 */
export function withoutValues(error: unknown): Error {
  return new Error(error instanceof Error ? error.message : "the driver failed");
}
