import assert from "node:assert/strict";
import test from "node:test";
import { didYouMean } from "./did-you-mean.ts";

const NAMES = ["accessTtl", "port", "host", "retryWindow"];

test("the nearest name is offered for a slip of the fingers", () => {
  for (const typed of ["accesTtl", "acessTtl", "accessTlt", "ACCESS_TTL", "access-ttl", "accessTtls"]) {
    assert.equal(didYouMean(typed, NAMES), '; did you mean "accessTtl"?', typed);
  }
  assert.equal(didYouMean("prot", NAMES), '; did you mean "port"?');
});

test("nothing is offered for a name that is like none", () => {
  for (const typed of ["colour", "p", "", "a".repeat(100_000)])
    assert.equal(didYouMean(typed, NAMES), "", typed);
});
