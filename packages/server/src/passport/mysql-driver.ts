/** `mysql2` is an optional peer dependency: only an address of MySQL or MariaDB needs it. */
export class MissingDriverError extends Error {
  override readonly name = "MissingDriverError";

  constructor(cause: unknown) {
    super("the package mysql2 is not installed, which a mysql:// or mariadb:// address needs", { cause });
  }
}

/** @throws MissingDriverError if the package is not installed */
export async function loadMysql(): Promise<typeof import("mysql2")> {
  try {
    return await import("mysql2");
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== "ERR_MODULE_NOT_FOUND") throw error;
    throw new MissingDriverError(error);
  }
}
