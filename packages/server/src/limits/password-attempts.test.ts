import assert from "node:assert/strict";
import { test } from "node:test";
import { setImmediate } from "node:timers/promises";
import { OAuthError } from "../errors/oauth-error.ts";
import { throttlePassword } from "./password-attempts.ts";
import { UsernameThrottle } from "./username-throttle.ts";

const PASSWORD = "correct horse battery staple";
const LIMITS = { usernameFailuresPerAddress: 10, usernameFailuresPerMinute: 100 };

type Verdict = { cause?: string };

/** Attempts at a service of its own, which had 100 wrong passwords for made-up names from the address `slowed`. */
async function afterGuesses(slowed: string) {
  const throttle = new UsernameThrottle(LIMITS);
  for (let i = 0; i < 100; i += 1) await throttle.failed(`made-up-${i}`, slowed);
  let [running, mostRunning, checked] = [0, 0, 0];
  const attempt = (username: string, password: string, address = slowed): Promise<Verdict> =>
    throttlePassword<Verdict>(
      throttle,
      { username, address },
      (check) => check(),
      async () => {
        running += 1;
        checked += 1;
        mostRunning = Math.max(mostRunning, running);
        await setImmediate();
        running -= 1;
        return password === PASSWORD ? {} : { cause: "wrong_password" };
      },
    );
  return { attempt, throttle, checks: () => ({ mostRunning, checked }) };
}

test("who is right signs in at an address where others guessed at made-up names", async () => {
  const { attempt, throttle } = await afterGuesses("192.0.2.1");
  const guess = attempt("made-up", "x");
  assert.deepEqual(await attempt("ada", PASSWORD), {});
  assert.equal(throttle.isSlowed("ada", "192.0.2.1"), false, "from now on she does not wait");
  assert.equal((await guess).cause, "wrong_password");
});

test("guesses at an address with too many failures are checked one at a time, and few of them wait", async (t) => {
  const { attempt, checks } = await afterGuesses("192.0.2.2");
  t.mock.timers.enable({ apis: ["setTimeout"] });
  const guesses = Array.from({ length: 100 }, (_, i) => attempt(`user${i}`, "x"));
  const refused = await Promise.allSettled(guesses.slice(17));
  for (const each of refused) {
    assert.ok(each.status === "rejected" && each.reason instanceof OAuthError);
    assert.deepEqual([each.reason.causeName, each.reason.retryAfter], ["too_many_failures", 1]);
  }
  assert.deepEqual(await attempt("ada", PASSWORD, "192.0.2.3"), {}, "others do not wait for them");
  assert.ok(checks().checked <= 2);
});

test("a username keeps its own limit at an address that is slowed down", async () => {
  const { attempt, throttle, checks } = await afterGuesses("192.0.2.4");
  for (let i = 0; i < 10; i += 1) await throttle.failed("ada", "192.0.2.4");
  await assert.rejects(attempt("ada", PASSWORD), { causeName: "too_many_failures" });
  assert.equal(checks().checked, 0);
});
