import assert from "node:assert/strict";
import { test } from "node:test";
import { DIFFERENT, EQUIVALENT } from "../../../test/resource-identifiers.ts";
import { isAudience } from "./audience.ts";

test("identifiers that RFC 3986 calls equivalent are the same audience, as for the authorization server", () => {
  for (const group of EQUIVALENT) {
    for (const one of group)
      for (const other of group) assert.ok(isAudience([one], [other]), `${one} ${other}`);
  }
  for (const [one, other] of DIFFERENT) {
    assert.ok(!isAudience([one], [other]) && !isAudience([other], [one]), `${one} ${other}`);
  }
});

test("one of several is enough, and none is not", () => {
  assert.ok(isAudience(["urn:x", "https://api.example"], ["client-1", "https://api.example/"]));
  for (const [expected, audience] of [
    [[], ["a"]],
    [["a"], []],
    [["client-1"], ["Client-1"]],
    [["1"], ["01"]],
  ] as const) {
    assert.ok(!isAudience(expected, audience));
  }
});
