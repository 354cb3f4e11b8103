import assert from "node:assert/strict";
import { test } from "node:test";
import { urlParameterError } from "./postgres-parameters.ts";

test("parameters that libpq would refuse, or that mean nothing here, are named", () => {
  const table: [string, RegExp | undefined][] = [
    ["", undefined],
    ["?sslmode=prefer", undefined],
    ["?sslmode=verify-ca&sslrootcert=/ca.pem", undefined],
    ["?sslmode=verify-full", undefined],
    ["?sslrootcert=system", undefined],
    ["?ssl=true", undefined],
    ["?sslcert=/c.pem&sslkey=/c.key", undefined],
    ["?pooler=transaction&sslmode=disable", undefined],
    ["?sslmode=require&sslnegotiation=direct", undefined],
    ["?sslmode=no-verify", /^has an unknown sslmode: it is one of disable, allow, prefer, /],
    ["?sslmode=VERIFY-FULL", /^has an unknown sslmode/],
    ["?ssl=false", /^must say sslmode in place of ssl/],
    ["?sslmode=verify-ca", /sslmode=verify-ca: sslrootcert=FILE$/],
    ["?sslmode=require&sslrootcert=system", /^must not have sslmode=require with sslrootcert=system/],
    ["?sslcert=/c.pem", /both sslcert and sslkey/],
    ["?sslnegotiation=direct", /^must not have sslmode=prefer with sslnegotiation=direct/],
    ["?pooler=statement", /^has an unknown pooler: it may be transaction/],
  ];
  for (const [parameters, expected] of table) {
    const told = urlParameterError(`postgres://u:hunter2@one,two/d${parameters}`);
    if (expected === undefined) assert.equal(told, undefined, parameters);
    else assert.match(told ?? "", expected);
  }
});
