import assert from "node:assert/strict";
import { test } from "node:test";
import { EVENT_TYPES, isWarning, unitOf, wellFormedData } from "./event.ts";
import type { Event } from "./event.ts";

test("a type is its subject and what happened to it, and its payload's members are snake_case and explained", () => {
  for (const [type, { about, data, raised }] of Object.entries(EVENT_TYPES)) {
    assert.match(type, /^[a-z_]+\.[a-z_]+$/);
    assert.match(raised, /^[A-Z].*\.$/, type);
    assert.equal(new Set(about).size, about.length);
    for (const [name, member] of Object.entries(data.shape)) {
      assert.match(name, /^[a-z]+(?:_[a-z]+)*$/, `${type} ${name}`);
      assert.ok(member.description?.endsWith("."), `${type} ${name}`);
    }
  }
});

test("every member that is an instant or a duration has its unit, so that people read it as one", () => {
  const units = Object.entries(EVENT_TYPES).flatMap(([type, { data }]) =>
    Object.entries(data.shape).flatMap(([name, member]) => {
      const [, told] = /\b(ms since 1970|ms|s)\b(?:\.|;|$)/.exec(member.description ?? "") ?? [];
      const unit = told === "ms since 1970" ? "instant" : told;
      assert.equal(unitOf(type, name), unit, `${type} ${name}`);
      return unit === undefined ? [] : [`${name}: ${unit}`];
    }),
  );
  assert.deepEqual([...new Set(units)].toSorted(), [
    "active_at: instant",
    "age_ms: ms",
    "created_until: instant",
    "expires_at: instant",
    "overlap: s",
    "previous_expires_at: instant",
    "ttl: s",
  ]);
  assert.equal(unitOf("grant.teleported", "age_ms"), undefined);
  assert.equal(unitOf("grant.reused", "constructor"), undefined);
});

test("what asks for attention is a warning; a type of a newer program is not", () => {
  assert.ok(isWarning({ type: "grant.reused" }));
  assert.ok(!isWarning({ type: "grant.created" }));
  for (const type of ["grant.teleported", "constructor", ""]) {
    assert.ok(!isWarning({ type: type as Event["type"] }));
  }
});

test("a payload keeps missing and unknown members as they are, and loses those of another form", () => {
  const type = "client.secret_rotated";
  const kept = (data: object, lost: object = {}) =>
    assert.deepEqual(wellFormedData({ type, data: { ...data, ...lost } }), data);
  kept({ digest: "00", overlap: 60, actor: "cli:root" });
  kept({});
  kept({ digest: "00", colour: "blue", constructor: 1 });
  kept({ digest: "00" }, { overlap: "60" });
  kept({ digest: "00" }, { overlap: null, actor: 7 });
  for (const data of [null, "x", undefined]) assert.equal(wellFormedData({ type, data }), undefined);
  assert.equal(wellFormedData({ type: "client.painted", data: {} }), undefined);
  assert.equal(wellFormedData({ type: "constructor", data: {} }), undefined);
});
