import assert from "node:assert/strict";
import { test } from "node:test";
import { sameResource } from "./resource-identifier.ts";
import { leastCpuTime, LIMIT } from "../../../../test/cpu-time.ts";
import { DIFFERENT, EQUIVALENT } from "../../../../test/resource-identifiers.ts";

test("identifiers that RFC 3986 calls equivalent are the same resource", () => {
  for (const group of EQUIVALENT) {
    for (const one of group)
      for (const other of group) assert.ok(sameResource(one, other), `${one} ${other}`);
  }
});

test("any others are not", () => {
  for (const [one, other] of DIFFERENT) {
    assert.ok(!sameResource(one, other) && !sameResource(other, one), `${one} ${other}`);
  }
  const firsts = EQUIVALENT.map(([first]) => first ?? "");
  for (const one of firsts) for (const other of firsts) assert.equal(sameResource(one, other), one === other);
});

test("null is the client's own audience, and no URI", () => {
  assert.ok(sameResource(null, null));
  assert.ok(!sameResource(null, "https://mcp.example.com"));
});

test("an identifier of any length and shape is compared in no time", async () => {
  for (const part of ["/", "/.", "/..", "%", "%41", "%4", ":", "@", "[", "?", "a", "//", "."]) {
    for (const start of ["https:", "https://", "https://a", "https://a/", "a:", ""]) {
      for (const length of [2000, 65_536]) {
        const long = start + part.repeat(length / part.length);
        const ms = await leastCpuTime(() => sameResource(long, `${long}x`));
        assert.ok(ms < LIMIT, `${start}${part}…`);
      }
    }
  }
});
