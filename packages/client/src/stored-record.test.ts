import assert from "node:assert/strict";
import { test } from "node:test";
import { inspect } from "node:util";
import { parseRecord, storedEntry, storedRecord } from "./stored-record.ts";
import { record } from "./testing/store-fixture.ts";

const FULL = record(3, {
  tokenType: "Bearer",
  refreshToken: "r",
  scope: "s",
  expiresAt: 1,
  refreshAt: 1,
  refreshTokenExpiresAt: 1,
  authorizationExpiresAt: 1,
  startedAt: 1,
  retryWindow: 1,
  intent: { id: "i", at: 1, until: 2 },
  unanswered: { since: 1 },
  cooldown: { until: 1, failures: 1, error: "e" },
  ended: { reason: "rejected", at: 1 },
});

test("a record is handed out as it is, with members of later versions and undefined ones", () => {
  const more = { ...FULL, later: true, scope: undefined };
  assert.equal(storedRecord(more), more);
  assert.deepEqual(parseRecord(JSON.stringify(FULL)), FULL);
});

test("a member that is missing or of another type makes it damaged; its generation is kept", () => {
  const others = ["1", 1, null, true, [], {}, { id: 1 }];
  for (const [name, value] of Object.entries(FULL)) {
    for (const other of others.filter((other) => other === null || typeof other !== typeof value)) {
      const damaged = storedRecord({ ...FULL, [name]: other });
      assert.deepEqual(damaged, { generation: name === "generation" ? 0 : 3 }, `${name}: ${inspect(other)}`);
    }
    const nested = Object.keys(Object(value) as object).filter(
      (inner) => typeof value === "object" && inner !== "error",
    );
    for (const inner of nested) {
      const damaged = storedRecord({ ...FULL, [name]: { ...(value as object), [inner]: undefined } });
      assert.deepEqual(damaged, { generation: 3 }, `${name}.${inner}`);
    }
  }
  for (const name of ["schema", "tokenEndpoint", "clientId", "issuedAt", "clockOffset"]) {
    assert.deepEqual(storedRecord({ ...FULL, [name]: undefined }), { generation: 3 }, name);
  }
  for (const generation of ["4", 1.5, 1e300, null]) {
    assert.deepEqual(storedRecord({ schema: 2, generation }), { generation: 0 });
  }
});

test("what is no JSON, and an entry without version, are damaged, and no error quotes them", () => {
  for (const text of ["", "{", '{"refreshToken":"secret', "hello", undefined, null, 7, {}]) {
    assert.deepEqual(parseRecord(text), { generation: 0 });
  }
  for (const entry of ["secret", null, 5, [], {}, { version: 1, record: FULL }]) {
    assert.equal(storedEntry(entry)?.version, "damaged");
  }
  assert.equal(storedEntry(undefined), undefined);
  assert.deepEqual(storedEntry({ version: "v", record: FULL }), { version: "v", record: FULL });
});
