import assert from "node:assert/strict";
import { test } from "node:test";
import { CliError } from "./cli-error.ts";
import { databaseError } from "./database-error.ts";

const URL = "postgres://regrant:hunter2@db/regrant";

/** An error of the driver or the store: its code, or its name and message. */
function failure(code: string | undefined, message = "", name = "Error"): Error {
  return Object.assign(new Error(message), { name }, code === undefined ? {} : { code });
}

test("what PostgreSQL or its driver refuses becomes a reason and what to do", () => {
  const table: [Error, RegExp, RegExp][] = [
    [
      failure(undefined, "", "LentSessionsError"),
      /a pooler in transaction mode is in between$/,
      /^add pooler=transaction to the URL, /,
    ],
    [failure("26000"), /a pooler in transaction mode/, /pooler=transaction/],
    [failure("08P01", "no such database: x"), /the server, or a pooler, refused/, /its log says why/],
    [failure("08006"), /no answer from the server$/, /that it runs/],
    [failure("28P01"), /user or password rejected$/, /PGPASSWORD/],
    [
      failure(undefined, "The server does not support SSL connections"),
      /the server offers no TLS$/,
      /sslmode=prefer/,
    ],
    [failure("ERR_TLS_CERT_ALTNAME_INVALID"), /certificate is for another host$/, /sslmode=verify-ca/],
    [failure("SELF_SIGNED_CERT_IN_CHAIN"), /certificate is not trusted$/, /sslrootcert=FILE/],
  ];
  for (const [error, reason, hint] of table) {
    const told = databaseError(error, URL);
    assert.ok(told instanceof CliError, String(error));
    assert.match(told.message, /^cannot use the database postgres:\/\/regrant:\*\*\*@db\/regrant: /);
    assert.match(told.message, reason);
    assert.match(told.hint ?? "", hint);
  }
});
