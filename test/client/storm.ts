import { randomInt } from "node:crypto";
import type { TestContext } from "node:test";
import type { HostileServer } from "@regrant/client/testing";

/** Duration of a random storm, s; `CLIENT_SECONDS=60` is the full proof. */
export const SECONDS = Number(process.env["CLIENT_SECONDS"] ?? 12);
/** Of a token request, ms. The claim of a killed process or tab expires a quarter later. */
export const TIMEOUT = 4000;

/** On a slow machine a storm continues until this many responses were lost. */
const LEAST_LOST = 3;
/** A seed in this variable repeats the same faults and victims. */
const SEED = "CLIENT_SEED";

/** The server has a retry window and loses one response in twenty. */
export const HOSTILITY = {
  retryWindow: 30,
  faultRates: { drop_after: 0.05, drop_before: 0.01, half: 0.01, unavailable: 0.01, html: 0.01 },
};

/** Draws and reports the seed of a storm. */
export function drawSeed(t: TestContext): number {
  const seed = Number(process.env[SEED] ?? randomInt(2 ** 32));
  t.diagnostic(`${SEED}=${seed}`);
  return seed;
}

/** Number of responses that were lost after their token was spent. */
export function lostResponses({ refreshes }: HostileServer): number {
  return refreshes.filter(({ fault, outcome }) => fault !== undefined && outcome === "rotated").length;
}

/** Starts a storm. @returns whether it still lasts */
export function storm(server: HostileServer): () => boolean {
  const end = performance.now() + SECONDS * 1000;
  return () => performance.now() < end || lostResponses(server) < LEAST_LOST;
}
