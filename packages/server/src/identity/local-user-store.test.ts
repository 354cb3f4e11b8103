import assert from "node:assert/strict";
import { before, describe, test } from "node:test";
import { setImmediate } from "node:timers/promises";
import { QueueByKey } from "../limits/queue.ts";
import { OAuthError } from "../errors/oauth-error.ts";
import type { Account, NewEvent } from "../store/store.ts";
import { authenticateAccount, type LocalUserStoreDeps } from "./local-user-store.ts";
import { hashPassword, needsRehash, verifyPassword } from "./password-hash.ts";
import { inPasswordTurn } from "./password-queue.ts";

/** The hash of `password` under another cost than today's. */
const OUTDATED = "$argon2id$v=19$m=65536,t=2,p=1$c29tZXNhbHQ$CTFhFdXPJO1aFaMaO6Mm5c8y7cJHAph8ArZWb2GRPPc";
const ADDRESS = "192.0.2.1";
const WRONG = "The username or the password is wrong.";

let hash = "";
before(async () => {
  hash = await hashPassword("correct horse");
});

/** One account `ada`, and a limit on failures that counts all of them together. */
function world(options: { account?: Partial<Account>; limit?: number } = {}) {
  const account: Account = {
    subject: "subject-1",
    username: "ada",
    passwordHash: hash,
    createdAt: 0,
    disabledAt: null,
    role: null,
    ...options.account,
  };
  const seen = {
    account,
    events: [] as { event: NewEvent; once: number | undefined }[],
    warnings: [] as string[],
    failures: [] as string[],
    successes: [] as string[],
    lookups: 0,
    stored: [] as unknown[][],
  };
  const limit = options.limit ?? 100;
  const deps: LocalUserStoreDeps = {
    store: {
      accounts: {
        findByUsername: async (username) => {
          seen.lookups += 1;
          return username.toLowerCase() === account.username ? seen.account : undefined;
        },
        upgradePasswordHash: async (...stored) => {
          seen.stored.push(stored);
          return true;
        },
      },
      events: {
        record: async (event, recordOptions) => {
          seen.events.push({ event, once: recordOptions?.once });
        },
      },
    },
    throttle: {
      wait: () => (seen.failures.length >= limit ? 42 : 0),
      isSlowed: () => false,
      slowed: new QueueByKey(1, 1),
      failed: async (username, address) => {
        await setImmediate();
        seen.failures.push(`${username} ${address}`);
      },
      succeeded: (username, address) => {
        seen.successes.push(`${username} ${address}`);
      },
    },
    log: { warn: (_fields, message) => seen.warnings.push(message) },
  };
  const attempt = async (username: string, password: string): Promise<Account> =>
    authenticateAccount(deps, { username, password, address: ADDRESS });
  const refusal = async (username: string, password: string): Promise<OAuthError> => {
    const error: unknown = await attempt(username, password).then(
      () => assert.fail("it was not refused"),
      (error: unknown) => error,
    );
    assert.ok(error instanceof OAuthError);
    return error;
  };
  return { deps, seen, attempt, refusal };
}

test("the right password finds its account, and the address is remembered", async () => {
  const { attempt, seen } = world();
  assert.equal((await attempt(" Ada ", "correct horse")).subject, "subject-1");
  assert.deepEqual(seen.successes, [`Ada ${ADDRESS}`]);
  assert.deepEqual([seen.failures, seen.events, seen.stored], [[], [], []]);
});

describe("one public answer and three causes", () => {
  const disabled = { disabledAt: 1 };
  const cases: [
    title: string,
    account: Partial<Account>,
    username: string,
    password: string,
    cause: string,
  ][] = [
    ["a wrong password", {}, "ada", "wrong", "wrong_password"],
    ["an unknown account", {}, "grace", "correct horse", "unknown_account"],
    ["a disabled account with the right password", disabled, "ada", "correct horse", "account_disabled"],
    ["a disabled account with a wrong password", disabled, "ada", "wrong", "wrong_password"],
    ["an account without a password", { passwordHash: null }, "ada", "correct horse", "wrong_password"],
    ["a password that is too long", {}, "ada", "x".repeat(1025), "wrong_password"],
  ];
  for (const [title, account, username, password, cause] of cases) {
    test(`${title} is ${cause}`, async () => {
      const { refusal, seen } = world({ account });
      const { code, status, description, causeName, retryAfter } = await refusal(username, password);
      assert.deepEqual(
        { code, status, description, retryAfter },
        { code: "invalid_grant", status: 400, description: WRONG, retryAfter: undefined },
      );
      assert.equal(causeName, cause);
      assert.deepEqual(seen.failures, [`${username} ${ADDRESS}`]);
      assert.deepEqual([seen.successes, seen.stored], [[], []]);
      await setImmediate();
      const event = { type: "account.refused", subject: "subject-1", data: { cause } };
      assert.deepEqual(seen.events, cause === "unknown_account" ? [] : [{ event, once: 60 }]);
    });
  }
});

describe("the event of a refusal", () => {
  test("is not written before the answer is given", async () => {
    const { refusal, seen } = world();
    await refusal("ada", "wrong");
    assert.deepEqual(seen.events, []);
    await setImmediate();
    assert.equal(seen.events.length, 1);
  });

  test("is logged as lost when the store fails, and the answer stays", async () => {
    const { deps, refusal, seen } = world();
    deps.store.events.record = async () => Promise.reject(new Error("disk full"));
    assert.equal((await refusal("ada", "wrong")).code, "invalid_grant");
    await setImmediate();
    await setImmediate();
    assert.deepEqual(seen.warnings, ["a refused password could not be recorded"]);
  });
});

describe("the limit", () => {
  test("delays whatever is sent, without looking at it", async () => {
    const { refusal, seen } = world({ limit: 0 });
    const error = await refusal("ada", "correct horse");
    assert.deepEqual(
      [error.code, error.status, error.retryAfter, error.description, error.causeName],
      ["invalid_request", 429, 42, "Too many failed attempts. Try again later.", "too_many_failures"],
    );
    assert.deepEqual([seen.lookups, seen.events, seen.failures], [0, [], []]);
  });

  test("holds for parallel guesses, but for those that were running", async () => {
    const { refusal, seen } = world({ limit: 3 });
    const errors = await Promise.all(Array.from({ length: 20 }, async () => refusal("ada", "wrong")));
    const judged = errors.filter(({ causeName }) => causeName === "wrong_password").length;
    assert.equal(judged, seen.failures.length);
    assert.ok(judged >= 3 && judged <= 4, `${judged} guesses were judged`);
    assert.equal(errors.filter(({ status }) => status === 429).length, 20 - judged);
  });
});

test("when too many checks wait, the answer is to come back later, and nothing counts as a failure", async () => {
  const { refusal, seen } = world();
  const { promise, resolve } = Promise.withResolvers<void>();
  const running = Array.from({ length: 66 }, async () => inPasswordTurn(async () => promise));
  const { code, status, retryAfter, causeName } = await refusal("ada", "correct horse");
  resolve();
  await Promise.all(running);
  assert.deepEqual(
    [code, status, retryAfter, causeName],
    ["temporarily_unavailable", 503, 1, "password_queue_full"],
  );
  assert.deepEqual([seen.lookups, seen.failures], [0, []]);
});

test("a fault of the store is no refusal and no failure", async () => {
  const { deps, attempt, seen } = world();
  const fault = new Error("store is gone");
  deps.store.accounts.findByUsername = async () => Promise.reject(fault);
  await assert.rejects(attempt("ada", "correct horse"), fault);
  assert.deepEqual(seen.failures, []);
});

describe("a hash of another cost", () => {
  test("is replaced at the next success", async () => {
    const { attempt, seen } = world({ account: { passwordHash: OUTDATED } });
    await attempt("ada", "password");
    const [stored] = seen.stored;
    assert.ok(stored !== undefined && seen.stored.length === 1);
    const [subject, from, upgraded] = stored;
    assert.deepEqual([subject, from], ["subject-1", OUTDATED]);
    assert.ok(typeof upgraded === "string" && !needsRehash(upgraded));
    assert.equal(await verifyPassword("password", upgraded), true);
  });

  test("is left alone by a wrong password", async () => {
    const { refusal, seen } = world({ account: { passwordHash: OUTDATED } });
    await refusal("ada", "wrong");
    assert.deepEqual(seen.stored, []);
  });

  test("that another request upgraded is checked again; one that was changed stays what was checked", async () => {
    const { deps, attempt, seen } = world({ account: { passwordHash: OUTDATED } });
    const replaced = async (by: string) => {
      seen.account = { ...seen.account, passwordHash: OUTDATED };
      deps.store.accounts.upgradePasswordHash = async () => {
        seen.account = { ...seen.account, passwordHash: by };
        return false;
      };
      return (await attempt("ada", "password")).passwordHash;
    };
    const upgraded = await hashPassword("password");
    assert.equal(await replaced(upgraded), upgraded);
    assert.equal(await replaced(hash), OUTDATED);
  });

  test("does not keep anybody out when it cannot be replaced", async () => {
    const { deps, attempt, seen } = world({ account: { passwordHash: OUTDATED } });
    deps.store.accounts.upgradePasswordHash = async () => Promise.reject(new Error("read-only"));
    assert.equal((await attempt("ada", "password")).subject, "subject-1");
    assert.deepEqual(seen.warnings, ["a password hash could not be upgraded"]);
  });
});
