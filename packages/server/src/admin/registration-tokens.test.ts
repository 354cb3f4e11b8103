import assert from "node:assert/strict";
import { test } from "node:test";
import { startService } from "../testing.ts";
import {
  createRegistrationToken,
  deleteRegistrationToken,
  listRegistrationTokens,
  registrationTokenJson,
} from "./registration-tokens.ts";

test("a registration token is created, listed without its secret until it expires, and deleted once", async () => {
  const t = await startService();
  const wanted = { name: " Partner ", uses: 2, ttl: 60 };
  const { token, record } = await createRegistrationToken(t.deps, wanted, "host");
  const listed = (await listRegistrationTokens(t.deps, {})).items;
  assert.deepEqual(listed.map(registrationTokenJson), [
    {
      id: record.id,
      name: "Partner",
      uses_left: 2,
      created_at: new Date(t.clock.at).toISOString(),
      expires_at: new Date(t.clock.at + 60_000).toISOString(),
    },
  ]);
  assert.equal(JSON.stringify(listed).includes(token), false);
  t.clock.at += 60_000;
  assert.deepEqual((await listRegistrationTokens(t.deps, {})).items, []);
  await deleteRegistrationToken(t.deps, record.id, "host");
  await assert.rejects(deleteRegistrationToken(t.deps, record.id, "host"), { code: "not_found" });
  await t.close();
});

test("a registration token with a number that makes no sense is not created", async () => {
  const t = await startService();
  for (const wrong of [Number.NaN, 0, -1, 1.5, Infinity]) {
    for (const member of ["uses", "ttl"]) {
      const wanted = { name: "Partner", uses: 1, ttl: 60, [member]: wrong };
      await assert.rejects(createRegistrationToken(t.deps, wanted, "host"), {
        code: "invalid",
        violations: [{ member, message: `${member} must be a whole number from 1 to 315360000.` }],
      });
    }
  }
  assert.deepEqual((await listRegistrationTokens(t.deps, {})).items, []);
  await t.close();
});

test("a registration token needs a name", async () => {
  const t = await startService();
  const nameless = createRegistrationToken(t.deps, { name: " ", uses: null, ttl: null }, "host");
  await assert.rejects(nameless, { code: "invalid", message: "the name is empty" });
  await t.close();
});
