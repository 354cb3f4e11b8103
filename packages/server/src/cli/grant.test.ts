import assert from "node:assert/strict";
import { after, before, suite, test } from "node:test";
import { setTimeout as pause } from "node:timers/promises";
import { Clock, DAY, HOUR, SECOND, newGrant } from "../store/contract/fixtures.ts";
import { openRefreshToken, sealRefreshToken } from "../tokens/refresh-token.ts";
import { startService, tokensOf } from "../testing.ts";
import type { TestClient, TestService } from "../testing.ts";
import { CommandLine, parseLines } from "./testing.ts";

const NOW = Date.now();
const regrant = new CommandLine();
const clock = new Clock();
let service: TestService;
let shop: TestClient;
let other: TestClient;

interface Session {
  id: string;
  /** Its refresh tokens, the oldest first. */
  first: string;
  last: string;
}

const sessions: Record<string, Session> = {};

before(async () => {
  clock.at = NOW - 30 * DAY;
  service = await startService({}, { folder: regrant.folder, clock });
  shop = await service.client({ name: "Shop" });
  other = await service.client({ name: "Other", retryWindow: 300 });
  await makeSessions();
});

after(() => service.close());

/** One grant for each thing that can happen to it. */
async function makeSessions(): Promise<void> {
  sessions["active"] = await session({ ago: 3 * HOUR, refreshes: 2 });
  sessions["idle"] = await session({ ago: 20 * DAY, refreshes: 1 });

  sessions["reused"] = await session({ ago: 5 * HOUR, refreshes: 3 });
  clock.at += HOUR;
  assert.equal((await service.refresh(shop, sessions["reused"].first)).status, 400);

  sessions["recovered"] = await session({ ago: 2 * HOUR, refreshes: 1 });
  const opened = openRefreshToken(sessions["recovered"].first, service.deps.keys) ?? assert.fail();
  const ahead = sealRefreshToken({ ...opened, generation: 4 }, service.deps.keys.macKeyAt(clock.at));
  assert.equal((await service.refresh(shop, ahead)).status, 200);

  sessions["revoked"] = await session({ ago: 2 * HOUR, refreshes: 0 });
  assert.equal((await service.revoke(shop, sessions["revoked"].last)).status, 200);

  const subject = await service.account("ada", "a password");
  sessions["account"] = await session({ ago: HOUR, refreshes: 0, subject });
  await service.deps.store.accounts.disable(subject, "cli:root");
}

/** A grant that was made `ago` ms before now, and refreshed once in each hour after. */
async function session({ ago = 0, refreshes = 0, subject = "customer-7", client = shop }): Promise<Session> {
  clock.at = NOW - ago;
  const { refreshToken: first } = await service.grant(client, { subject });
  let last = first;
  for (let i = 0; i < refreshes; i++) {
    clock.at += HOUR;
    last = tokensOf(await service.refresh(client, last)).refreshToken;
  }
  const id = openRefreshToken(first, service.deps.keys)?.grantId ?? assert.fail();
  return { id, first, last };
}

/** What is told of a session, however the terminal breaks the lines. */
async function explained(name: string): Promise<string> {
  const { code, stdout, stderr } = await regrant.run(["grant", "explain", sessions[name]?.id ?? ""]);
  assert.equal(code, 0, stderr);
  return stdout.replace(/\s+/g, " ").trim();
}

// Each of them only starts processes, which is what takes the time.
suite("regrant grant", { concurrency: 3 }, () => {
  test("issue prints what the token endpoint answers, one line for each grant", async () => {
    const args = ["grant", "issue", "--client", shop.id, "--subject", "customer-1"];
    const answer = await regrant.one([...args, "--scope", "read"]);
    const keys = ["token_type", "expires_in", "access_token", "refresh_token", "refresh_token_expires_in"];
    const more = ["refresh_token_timeout", "authorization_expires_in", "refresh_token_retry_window"];
    assert.deepEqual(Object.keys(answer), [...keys, ...more]);
    assert.deepEqual([answer["token_type"], answer["expires_in"]], ["Bearer", 3600]);
    const many = await regrant.run([...args, "--count", "1001"]);
    const lines = parseLines(many.stdout);
    assert.equal(new Set(lines.map((line) => line["refresh_token"])).size, 1001);
    assert.ok(lines.every(({ scope }) => scope === "read write"));

    const wide = await regrant.run([...args, "--scope", "read admin"]);
    assert.deepEqual([wide.code, wide.stdout], [1, ""]);
    assert.match(
      wide.stderr,
      /the scope exceeds what the client may have\n {2}hint: the client may have: read write\n$/,
    );
  });

  test("a refresh token is never an argument, and is not repeated", async () => {
    const token = `rgr_${"A".repeat(72)}`;
    for (const command of [["explain"], ["revoke"], ["extend", "--by", "60"]]) {
      const { code, stdout, stderr } = await regrant.run(["grant", ...command, token]);
      assert.deepEqual([code, stdout], [2, ""]);
      assert.match(
        stderr,
        /do not pass a refresh token as an argument.*\n {2}hint: npx regrant grant explain - reads it/,
      );
      assert.equal(stderr.includes(token), false);
    }
    const forged = await regrant.run(["grant", "explain", "-"], { input: `${token}\n` });
    assert.equal(forged.code, 1);
    assert.match(forged.stderr, /not a refresh token that this service accepts/);
  });

  test("an active session: how it came about, when it was used, and until when it goes on", async () => {
    const text = await explained("active");
    assert.match(
      text,
      /^Grant \S{36} \d{4}-\d\d-\d\dT\S+\+00:00 \(3 h[^)]* ago\) Issued to the client "Shop"/,
    );
    assert.match(text, /for the subject customer-7, with the scope "read write"/);
    assert.match(
      text,
      /\(1 h[^)]* ago\) Last refreshed; its refresh token had been rotated 2 times by then\./,
    );
    assert.match(
      text,
      /is active\. It expires at \S+ \(in 9 d 22 h\) unless it is refreshed, and at \S+ \(in 364 d\) at/,
    );
  });

  test("a stolen token: the reuse with distance and age, and that it ended the grant", async () => {
    const text = await explained("reused");
    assert.match(text, /used again \(generation 0, 3 behind the newest, 1 h after the newest was issued\)/);
    assert.match(text, /The grant was revoked, for the thief and the client alike/);
    assert.match(
      text,
      /revoked because a spent refresh token was used again\. Its tokens have been refused since \S+ \(1 h[^)]* ago\)\./,
    );
  });

  test("a restored store: the heal, and that the session went on", async () => {
    const text = await explained("recovered");
    assert.match(text, /that the store had not issued yet \(generation 4, 3 ahead of the newest, 0 ms after/);
    assert.match(text, /so the grant was recovered from it\./);
    assert.match(text, /The grant is active\. It expires at /);
  });

  test("a session that its client ended", async () => {
    const text = await explained("revoked");
    assert.match(
      text,
      /The client revoked it\. The request came from 192\.0\.2\.1\. The grant was revoked by its client\..*It was never refreshed\.$/,
    );
  });

  test("a session that lay unused: its end is told to programs too", async () => {
    const told = await regrant.one(["grant", "explain", sessions["idle"]?.id ?? ""]);
    const timeline = told["timeline"];
    assert.ok(Array.isArray(timeline) && timeline.length === 2);
    const end = new Date(NOW - 10 * DAY + HOUR).toISOString();
    assert.deepEqual(
      [told["state"], told["reason"], told["inactive_since"]],
      ["expired", "idle_lifetime", end],
    );
    assert.match(String(told["conclusion"]), /was not refreshed within the idle lifetime/);
  });

  test("a session whose account was disabled", async () => {
    const text = await explained("account");
    assert.match(text, /for the account "ada" \([0-9a-f-]{36}\)/);
    assert.match(text, /The account was disabled by cli:root, which revoked its grants\./);
    assert.match(text, /The grant was revoked because its account was disabled\./);
  });

  test("a presented token is told its place and what it would meet now, and nothing changes", async () => {
    const { id, first } = await session({ client: other });
    clock.at = NOW + SECOND;
    const last = tokensOf(await service.refresh(other, first)).refreshToken;
    const ask = async (token: string) => {
      const answer = await regrant.one(["grant", "explain", "-"], `${token}\n`);
      assert.equal(answer["grant_id"], id);
      const { message, ...preview } = answer["preview"] as Record<string, unknown>;
      return { preview, message: String(message) };
    };
    const [head, spent] = await Promise.all([ask(last), ask(first)]);
    assert.deepEqual(head.preview, { generation: 1, head: 1, outcome: "rotated", accepted: true });
    assert.match(
      head.message,
      /generation 1, the newest\. Presented now, it would be accepted and answered with its successor/,
    );
    assert.deepEqual(spent.preview, { generation: 0, head: 1, outcome: "retried", accepted: true });
    assert.match(spent.message, /generation 0, 1 behind the newest \(1\)\. .* It is answered so for \d+ min/);
    assert.match(
      spent.message,
      / It was spent at \d{4}-\S+ \(.*\), and its successor was never used\. Presented now/,
    );

    await service.deps.store.clients.disable(other.id, "cli:root");
    const refused = await ask(last);
    assert.deepEqual([refused.preview["outcome"], refused.preview["accepted"]], ["client_disabled", false]);
  });

  test("grants are listed by their holder, shown and revoked", async () => {
    const before = await session({ ago: 2 * SECOND, subject: "lister" });
    const later = await session({ ago: SECOND, subject: "lister" });
    const args = ["grant", "list", "--subject", "lister"];
    const [page, next, none, wrong] = await Promise.all([
      regrant.run([...args, "--limit", "1", "--json"]),
      regrant.one([...args, "--after", before.id]),
      regrant.run(["grant", "list", "--subject", "nobody"]),
      regrant.run([...args, "--after", "nope"]),
    ]);
    const listed = parseLines(page.stdout).map((grant) => [grant["grant_id"], grant["state"]]);
    assert.deepEqual(listed, [[before.id, "active"]]);
    assert.equal(page.stderr, `There are more: continue with --after ${before.id}\n`);
    assert.equal(next["grant_id"], later.id);
    assert.deepEqual(none, { code: 0, stdout: "", stderr: "No matching grants.\n" });
    const sentence = "regrant: after is not valid: after must be the next of a page of this listing.\n";
    assert.deepEqual(wrong, { code: 1, stdout: "", stderr: sentence });

    const revoked = await regrant.one(["grant", "revoke", later.id]);
    assert.deepEqual([revoked["state"], revoked["reason"]], ["revoked", "revoked_by_operator"]);
    const shown = await regrant.run(["grant", "show", later.id]);
    assert.match(shown.stdout, /^ {2}state +revoked \(revoked_by_operator\)$/m);
  });

  test("an active grant is extended, by its id or a token, and its next refresh has the new end", async () => {
    const { id, last } = await session({ ago: 2 * HOUR, subject: "extended" });
    const end = NOW - 2 * HOUR + 365 * DAY;
    const told = await regrant.one(["grant", "extend", id, "--by", "86400"]);
    assert.deepEqual(
      [told["grant_id"], told["state"], told["previous_expires_at"], told["expires_at"]],
      [id, "active", new Date(end).toISOString(), new Date(end + DAY).toISOString()],
    );
    const again = await regrant.run(["grant", "extend", "-", "--by", "60"], { input: `${last}\n` });
    assert.deepEqual([again.code, again.stderr], [0, ""]);
    assert.match(
      again.stdout,
      /^The grant ends at \S+ \(in 365 d\) at the latest, not at \S+\.\nIts client keeps its tokens; the next refresh/,
    );
    clock.at = NOW + SECOND;
    assert.equal((await service.refresh(shop, last)).status, 200);
    const explanation = await regrant.run(["grant", "explain", id]);
    const text = explanation.stdout.replace(/\s+/g, " ");
    assert.match(
      text,
      /The absolute lifetime was extended, without a new sign-in, by cli:\S+: from \S+ to \S+\. /,
    );
    assert.match(
      text,
      /is active\. It expires at \S+ \(in 9 d 23 h\) unless it is refreshed, and at \S+ \(in 365 d\)/,
    );
  });

  test("a grant that is over is not extended: a new sign-in is needed", async () => {
    const extend = (id: string) => regrant.run(["grant", "extend", id, "--by", "60"]);
    const [idle, revoked, unknown] = await Promise.all([
      extend(sessions["idle"]?.id ?? ""),
      extend(sessions["revoked"]?.id ?? ""),
      extend("01a2062f-8057-775b-89e3-0fa650ea1491"),
    ]);
    assert.deepEqual([idle.code, revoked.code, unknown.code], [1, 1, 1]);
    assert.match(
      idle.stderr,
      /the grant is expired \(idle_lifetime\); only an active grant can be extended\n {2}hint: a new sign-in at the client is needed; npx regrant grant explain \S{36} says what happened\n$/,
    );
    assert.match(revoked.stderr, /the grant is revoked \(revoked_by_client\)/);
    assert.match(unknown.stderr, /grant not found: 01a2062f/);
  });

  test("an extension by no whole number of seconds, or by more than ten years, is refused by the flag's name", async () => {
    const { id } = await session({ ago: SECOND });
    const extend = (by: string) => regrant.run(["grant", "extend", id, "--by", by]);
    const values = ["0", "-1", "1.5", "1e20", "99999999999999999999", "315360001", "", "x"];
    const refused = await Promise.all(values.map(extend));
    for (const [i, { code, stdout, stderr }] of refused.entries()) {
      assert.deepEqual([code, stdout], [2, ""], values[i]);
      assert.match(
        stderr,
        /'--by <s>' argument '.*' is invalid\. It must be a whole number from 1 to 315360000/,
      );
    }
    const long = await extend("315360000");
    assert.equal(long.code, 1);
    assert.match(
      long.stderr,
      /the extension is too long: by must not move the end to more than 315360000 s \(ten years\)/,
    );
    const missing = await regrant.run(["grant", "extend", id]);
    assert.match(missing.stderr, /required option '--by <s>' not specified/);
    for (const days of ["0", "-1", "0.5", "1e20", "3651"]) {
      const { code, stderr } = await regrant.run(["grant", "list", "--ending-within", days]);
      assert.equal(code, 2);
      assert.match(
        stderr,
        /'--ending-within <days>' argument '.*' is invalid\. It must be a whole number from 1 to 3650/,
      );
    }
  });

  test("grants that end soon are listed, the active ones alone, page by page", async () => {
    const short = await service.client({ name: "Short", refreshMaxTtl: 20 * 86_400 });
    const [one, two] = [
      await session({ ago: 2 * SECOND, subject: "soon", client: short }),
      await session({ ago: SECOND, subject: "soon", client: short }),
    ];
    await session({ ago: SECOND, subject: "soon" });
    const revoked = await session({ ago: SECOND, subject: "soon", client: short });
    await service.deps.store.grants.revoke(revoked.id, "revoked_by_operator", "test");
    const args = ["grant", "list", "--ending-within", "30"];
    const [table, page, next, none, sooner] = await Promise.all([
      regrant.run([...args, "--subject", "soon"]),
      regrant.run([...args, "--client", short.id, "--limit", "1", "--json"]),
      regrant.run([...args, "--client", short.id, "--after", one.id, "--json"]),
      regrant.run([...args, "--client", shop.id]),
      regrant.run(["grant", "list", "--ending-within", "19", "--client", short.id]),
    ]);
    const [head, ...rows] = table.stdout.trimEnd().split("\n");
    assert.match(head ?? "", /^ID +ENDS +CLIENT +CLIENT NAME +SUBJECT +USERNAME +LAST USED$/);
    const ids = rows.map((row) => row.split(/ +/)[0]);
    assert.deepEqual(ids, [one.id, two.id]);
    assert.match(
      rows[0] ?? "",
      new RegExp(`^\\S+ +\\d{4}-\\d\\d-\\d\\dT\\S+ +${short.id} +Short +soon +- +\\S+$`),
    );
    const listed = parseLines(page.stdout).map((grant) => [grant["grant_id"], grant["expires_at"]]);
    assert.deepEqual(listed, [[one.id, new Date(NOW - 2 * SECOND + 20 * DAY).toISOString()]]);
    assert.equal(page.stderr, `There are more: continue with --after ${one.id}\n`);
    assert.deepEqual(
      parseLines(next.stdout).map((grant) => grant["grant_id"]),
      [two.id],
    );
    for (const { stderr } of [none, sooner]) assert.equal(stderr, "No matching grants.\n");
  });

  test("all grants of a subject or a client are revoked by one command", async () => {
    const mine = await service.client({ name: "Mine" });
    const make = (subject: string, client = mine) => session({ ago: SECOND, subject, client });
    const [first, second] = [await make("leaver"), await make("leaver", shop)];
    const third = await make("stayer");
    const args = ["grant", "revoke"];
    const none = await regrant.run([...args, "--client", mine.id, "--before", "30d", "--json"]);
    assert.deepEqual(none, { code: 0, stdout: '{"revoked":0}\n', stderr: "No matching grants.\n" });
    const one = await regrant.run([...args, "--subject", "leaver", "--client", mine.id]);
    assert.deepEqual(one, { code: 0, stdout: "", stderr: "1 grant is revoked.\n" });
    const rest = await regrant.run([...args, "--subject", "leaver", "--json"]);
    assert.deepEqual(rest, { code: 0, stdout: '{"revoked":1}\n', stderr: "1 grant is revoked.\n" });
    assert.deepEqual(await regrant.one([...args, "--client", mine.id]), { revoked: 1 });
    for (const { id } of [first, second, third]) {
      assert.equal((await regrant.one(["grant", "show", id]))["reason"], "revoked_by_operator");
    }
  });

  test("what names no grants, or too much, is refused with what to do", async () => {
    const wrong: [args: string[], message: RegExp][] = [
      [[], /^regrant: nothing to revoke\n {2}hint: pass a grant's id, or --subject or --client or both/],
      [["--before", "1h"], /nothing to revoke/],
      [
        ["some-id", "--subject", "s"],
        /a grant's id cannot be combined with --subject, --client or --before\n/,
      ],
      [["some-id", "--before", "2026-07-01"], /a grant's id cannot be combined with/],
      [["--subject", ""], /--subject is empty\n/],
      [["--subject", "s", "--client", ""], /--client is empty\n/],
      ...["soon", "2026-02-30", "2026-07-01 (x)", "2026-07-01T09:30:00"].map((when): [string[], RegExp] => [
        ["--subject", "s", "--before", when],
        /It must be a date, a time with its offset such as 2026-07-01T09:30:00Z, or an age such as 12h\./,
      ]),
    ];
    const finished = await Promise.all(wrong.map(([args]) => regrant.run(["grant", "revoke", ...args])));
    for (const [i, { code, stdout, stderr }] of finished.entries()) {
      assert.deepEqual([code, stdout], [2, ""], stderr);
      assert.match(stderr, wrong[i]?.[1] ?? /^$/);
    }
    const unknown = await regrant.run(["grant", "revoke", "--client", "absent"]);
    const hint = "hint: list them with npx regrant client list";
    assert.deepEqual([unknown.code, unknown.stderr], [1, `regrant: client not found: absent\n  ${hint}\n`]);
  });

  test("a username in place of a subject is told from a subject without grants", async () => {
    const subject = await service.account("grace", "a password");
    const { code, stdout, stderr } = await regrant.run(["grant", "revoke", "--subject", "grace", "--json"]);
    assert.deepEqual([code, stdout], [0, '{"revoked":0}\n']);
    assert.equal(stderr, `No matching grants.\ngrace is a username: its subject is ${subject}.\n`);
  });

  test("a revocation that is stopped says how many grants it revoked, and is finished by the next", async () => {
    const { grants } = service.deps.store;
    const stopped = async (subject: string) => {
      const sessions = Array.from({ length: 4000 }, () => newGrant(shop.id, { subject }));
      await grants.adopt(sessions);
      const args = ["grant", "revoke", "--subject", subject, "--json"];
      const { child, finished } = regrant.start(args);
      const first = sessions[0]?.id ?? "";
      while ((await grants.find(first))?.revokedAt === null) await pause(2);
      child.kill("SIGINT");
      return { args, ...(await finished) };
    };
    // On a busy machine the command may end before the signal reaches it.
    let run = await stopped("of many");
    for (let again = 1; again < 5 && run.code === 0; again += 1) run = await stopped(`of many ${again}`);
    const { args, code, stdout, stderr } = run;
    assert.deepEqual([code, stdout], [75, ""]);
    const [, count = ""] =
      /^([\d,]+) grants are revoked\.\n\{"error":"stopped before the end","hint":"run the command again to revoke the rest"\}\n$/.exec(
        stderr,
      ) ?? assert.fail(stderr);
    const { revoked } = await regrant.one(args.slice(0, -1));
    assert.equal(Number(count.replace(",", "")) + Number(revoked), 4000);
  });
});
