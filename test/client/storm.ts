import { randomInt } from "node:crypto";
import type { TestContext } from "node:test";
import type { HostileServer } from "@regrant/client/testing";

/** How long a random storm lasts among all other tests, s; `CLIENT_SECONDS=60` is the full proof. */
export const SECONDS = Number(process.env["CLIENT_SECONDS"] ?? 12);
/** Of a token request, ms; a claim that a dead process or tab leaves is over a quarter later. */
export const TIMEOUT = 4000;

/** On a slow machine a storm goes on until so many answers were lost. */
const LEAST_LOST = 3;
/** With a seed in this variable the same faults and victims are drawn again. */
const SEED = "CLIENT_SEED";

/** What the server does: it repeats an answer for a while, and loses one in twenty. */
export const HOSTILITY = {
  retryWindow: 30,
  chances: { drop_after: 0.05, drop_before: 0.01, half: 0.01, unavailable: 0.01, html: 0.01 },
};

/** Draws the seed of a storm, and tells it. */
export function drawSeed(t: TestContext): number {
  const seed = Number(process.env[SEED] ?? randomInt(2 ** 32));
  t.diagnostic(`${SEED}=${seed}`);
  return seed;
}

/** How many answers were lost after their token was spent. */
export function lostAnswers({ spends }: HostileServer): number {
  return spends.filter(({ fault, outcome }) => fault !== undefined && outcome === "rotated").length;
}

/** @returns a function that tells whether the storm, which begins now, still lasts */
export function storm(server: HostileServer): () => boolean {
  const end = performance.now() + SECONDS * 1000;
  return () => performance.now() < end || lostAnswers(server) < LEAST_LOST;
}
