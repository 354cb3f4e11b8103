import assert from "node:assert/strict";
import { test } from "node:test";
import type { TestContext } from "node:test";
import { readPassportKey } from "../config/passport.ts";
import { QueueFullError } from "../limits/queue.ts";
import { PassportTokens } from "./tokens.ts";
import { issuedVectors } from "./vectors/vectors.ts";

const KEY = readPassportKey(issuedVectors.app_key);
const TOKEN =
  issuedVectors.stacks.find(({ stack }) => stack === "passport-10.4.2")?.tokens[0]?.refresh_token ?? "";

function passportTokens(): PassportTokens {
  assert.ok(KEY);
  return new PassportTokens(KEY);
}

const garbage = (n: number) => `def50200${n.toString(16).padStart(400, "0")}`;

/** Sets the process's monotonic clock, ms. */
function clockOf(t: TestContext): (at: number) => void {
  let now = 1000;
  t.mock.method(performance, "now", () => now);
  return (at) => (now = 1000 + at);
}

test("a token is opened once for all who present it, in whatever spelling, and once more after a window", async (t) => {
  const setClock = clockOf(t);
  const tokens = passportTokens();
  const first = tokens.open(TOKEN);
  assert.equal(tokens.open(TOKEN), first);
  assert.equal((await first)?.payload.subject, "7");
  setClock(7_199_999);
  assert.equal(tokens.open(TOKEN.toUpperCase()), first);
  assert.equal(tokens.open(`${TOKEN}f`), first);
  setClock(7_200_000);
  const again = tokens.open(TOKEN);
  assert.notEqual(again, first);
  assert.deepEqual(await again, await first);
});

test("that a token does not open is remembered too", async () => {
  const tokens = passportTokens();
  const nothing = tokens.open(garbage(1));
  assert.equal(await nothing, undefined);
  assert.equal(tokens.open(garbage(1)), nothing);
  assert.equal(await tokens.open("def50200"), undefined);
  assert.equal(tokens.remembered("def50200"), undefined, "what costs nothing takes no room");
});

test("a flood waits for its turns up to a bound, and what found no turn can be tried again", async () => {
  const tokens = passportTokens();
  const flood = Array.from({ length: 600 }, (_, n) => tokens.open(garbage(n)));
  // Those that run are among the first ones; the last ones found the queue full.
  await assert.rejects(flood.at(-1) ?? Promise.resolve(), QueueFullError);
  assert.equal(tokens.remembered(garbage(599)), undefined);
  assert.ok(tokens.remembered(garbage(0)));
  const settled = await Promise.allSettled(flood);
  const refused = settled.filter(({ status }) => status === "rejected").length;
  assert.ok(refused > 0 && refused <= 600 - 512, `${refused} were refused`);
  assert.equal(await tokens.open(garbage(599)), undefined);
});

test("a token that was encrypted with the raw key takes no derivation, so it waits for none", async () => {
  const stack = issuedVectors.stacks.find((one) => one.stack === "league-8.5.5-keymode");
  const key = readPassportKey(issuedVectors.defuse_key);
  assert.ok(key?.raw && stack);
  // As an application does that gives Passport the bytes of its APP_KEY as a raw key.
  const tokens = new PassportTokens({ raw: key.raw, password: key.raw });
  const flood = Array.from({ length: 20 }, (_, n) => tokens.open(garbage(n)));
  const opened = tokens.open(stack.tokens[0]?.refresh_token ?? "");
  const first = await Promise.race([opened, ...flood]);
  assert.equal(first?.payload.clientId, "1");
  await Promise.all(flood);
});

test("a derivation can be refused when its turn has come, and what needs none is not asked about", async () => {
  const tokens = passportTokens();
  const refuse = () => {
    throw new Error("refused");
  };
  await assert.rejects(tokens.open(TOKEN, refuse), { message: "refused" });
  assert.equal(tokens.remembered(TOKEN), undefined);
  const opened = await tokens.open(TOKEN);
  assert.equal(opened?.payload.subject, "7");
  assert.equal((await tokens.open(TOKEN, refuse))?.payload.subject, "7", "what was opened before");
  const own = await tokens.seal(opened.payload);
  assert.equal((await tokens.open(own, refuse))?.payload.subject, "7", "what was sealed here");
});
