import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { test } from "node:test";
import { SECOND } from "../fixtures.ts";
import { HONEST, RETRY_WINDOWS, THIEVES } from "./populations.ts";
import { simulate } from "./simulate.ts";

// `npm run simulate` simulates more sessions, for longer. What is asserted follows from the rule, whatever the seed.

const SIZE = { seed: 1, sessions: 6, days: 7 };

for (const { title, cast, ends } of HONEST) {
  const decided = RETRY_WINDOWS.filter((retryWindow) => ends(retryWindow) !== "some");
  // Where chance decides, nothing follows from the rule.
  if (decided.length === 0) continue;
  test(`the rule ends none, or all, of the sessions, as it says: ${title}`, () => {
    for (const retryWindow of decided) {
      const { lost, sessions } = simulate({ title, cast }, retryWindow, SIZE);
      assert.equal(lost, ends(retryWindow) === "all" ? sessions : 0, `retry window ${retryWindow} s`);
    }
  });
}

for (const { title, cast, detectedBy } of THIEVES) {
  test(`the rule detects a thief as soon as it says: ${title}`, () => {
    for (const retryWindow of RETRY_WINDOWS) {
      const { detectedAfter, sessions } = simulate({ title, cast }, retryWindow, SIZE);
      assert.equal(detectedAfter.length, sessions, "each session has its thief");
      const by = detectedBy(retryWindow);
      if (by === undefined) continue;
      const last = Math.max(...detectedAfter) / SECOND;
      const told = `retry window ${retryWindow} s: ${last} s after the theft, by the rule ${by} s`;
      assert.ok(by === Infinity ? Math.min(...detectedAfter) === by : last <= by, told);
    }
  });
}

test("the same seed makes the same sessions, another seed makes others", () => {
  const population = { title: "", cast: THIEVES[0]?.cast ?? assert.fail() };
  assert.deepEqual(simulate(population, 120, SIZE), simulate(population, 120, SIZE));
  assert.notDeepEqual(simulate(population, 120, SIZE), simulate(population, 120, { ...SIZE, seed: 2 }));
});

test("docs/refresh.md names the command, and has a row for each population with a cell for each retry window", () => {
  const guide = readFileSync(new URL("../../../../../../docs/refresh.md", import.meta.url), "utf8");
  const command = /`npm run simulate -- --seed \d+ --sessions \d+ --days \d+`/;
  assert.ok(command.test(guide), "docs/refresh.md does not name the command");
  const rows = guide.split("\n").map((line) => line.split("|").map((cell) => cell.trim()));
  const lengths = (title: string) => rows.filter((cells) => cells[1] === title).map(({ length }) => length);
  const length = RETRY_WINDOWS.length + 3;
  for (const { title } of HONEST) assert.deepEqual(lengths(title), [length, length], title);
  for (const { title } of THIEVES) assert.deepEqual(lengths(title), [length], title);
});
