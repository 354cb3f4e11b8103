import assert from "node:assert/strict";
import { test } from "node:test";
import { verifyPassword } from "../identity/password-hash.ts";
import { openSqliteStore } from "../store/sqlite/engine.ts";
import { CommandLine } from "./testing.ts";

const regrant = new CommandLine();
const PASSWORD = "a pass phrase, with a space at its end ";

async function storedHash(subject: string): Promise<string | null> {
  const store = await openSqliteStore(regrant.database.slice("sqlite:".length));
  const account = await store.accounts.find(subject);
  await store.close();
  return account?.passwordHash ?? null;
}

test("an account is made with the password of standard input, which is kept as a hash and never repeated", async () => {
  const args = ["account", "create", "--username", " ada ", "--password-stdin", "--json"];
  const { code, stdout, stderr } = await regrant.run(args, { input: `${PASSWORD}\n` });
  assert.deepEqual([code, stderr], [0, ""]);
  assert.equal(stdout.includes(PASSWORD.trim()), false);
  const account = JSON.parse(stdout) as Record<string, unknown>;
  assert.deepEqual(Object.keys(account), [
    "subject",
    "username",
    "has_password",
    "created_at",
    "disabled_at",
    "operator",
  ]);
  assert.deepEqual(
    [account["username"], account["has_password"], account["disabled_at"]],
    ["ada", true, null],
  );
  assert.equal(await verifyPassword(PASSWORD, await storedHash(String(account["subject"]))), true);
});

test("a taken username, an empty password and a missing terminal are refused", async () => {
  const create = (name: string) => ["account", "create", "--username", name];
  const [taken, empty, blind] = await Promise.all([
    regrant.run([...create("ADA"), "--password-stdin"], { input: "another" }),
    regrant.run([...create("bea"), "--password-stdin"], { input: "\n" }),
    regrant.run(create("bea")),
  ]);
  assert.equal(taken.code, 1);
  assert.match(taken.stderr, /^regrant: the username ADA is taken\n {2}hint: /);
  assert.deepEqual([empty.code, empty.stderr], [1, "regrant: a password is 1 to 1024 bytes of UTF-8\n"]);
  assert.equal(blind.code, 2);
  assert.match(blind.stderr, /no terminal to ask for the password\n {2}hint: pass --password-stdin/);
});

test("an account goes by its username too; its password is set, and it is disabled and enabled", async () => {
  const input = "another";
  const set = await regrant.run(["account", "set-password", "ada", "--password-stdin"], { input });
  assert.deepEqual([set.code, set.stdout], [0, ""]);
  const disabled = await regrant.one(["account", "disable", "Ada"]);
  const subject = String(disabled["subject"]);
  assert.equal(await verifyPassword(input, await storedHash(subject)), true);
  assert.notEqual(disabled["disabled_at"], null);
  assert.equal((await regrant.one(["account", "enable", subject]))["disabled_at"], null);
  const [listed, unknown] = await Promise.all([
    regrant.run(["account", "list"]),
    regrant.run(["account", "disable", "nobody"]),
  ]);
  assert.match(listed.stdout, new RegExp(`^${subject} +ada +enabled +set +\\d{4}-`, "m"));
  assert.deepEqual([unknown.code, unknown.stdout], [1, ""]);
  const hint = "hint: list them with npx regrant account list";
  assert.equal(unknown.stderr, `regrant: account not found: nobody\n  ${hint}\n`);
});

test("an account is an operator if it was created as one, or made one later, until that is taken away", async () => {
  const create = ["account", "create", "--username", "olga", "--password-stdin", "--operator"];
  assert.equal((await regrant.one(create, PASSWORD))["operator"], true);
  const change = async (...args: string[]) => {
    const { operator, changed } = await regrant.one(["account", "set-operator", ...args]);
    return [operator, changed];
  };
  assert.deepEqual(await change("olga"), [true, false]);
  assert.deepEqual(await change("olga", "--remove"), [false, true]);
  const { stderr } = await regrant.run(["account", "set-operator", "olga"]);
  assert.equal(stderr, "The account is an operator from now on.\n");
});

test("a one-time link to the console is made for an operator alone, where there is a console", async () => {
  const link = (...flags: string[]) =>
    regrant.run(["console", "link", "olga", "--json"], {
      env: {
        REGRANT_ADMIN: "on",
        REGRANT_ISSUER: "https://auth.example",
        ...Object.fromEntries(flags.map((flag) => flag.split("="))),
      },
    });
  const { stdout } = await link();
  const { url } = JSON.parse(stdout) as { url: string };
  assert.match(url, /^https:\/\/auth\.example\/console\/link#[\w-]{43}$/);
  await regrant.run(["account", "set-operator", "olga", "--remove"]);
  assert.match((await link()).stderr, /^\{"error":"the account is not an operator","hint":"/);
  assert.match((await link("REGRANT_ADMIN=off")).stderr, /the service has no console/);
});

test("a new password leaves the grants active, and says how to end them, or ends them too", async () => {
  const input = "a new pass phrase";
  const { subject } = await regrant.one(
    ["account", "create", "--username", "carl", "--password-stdin"],
    input,
  );
  const client = await regrant.one(["client", "create", "--name", "Shop"]);
  const issue = ["grant", "issue", "--client", String(client["client_id"]), "--subject", String(subject)];
  await regrant.run([...issue, "--count", "2"]);
  const set = ["account", "set-password", "carl", "--password-stdin"];
  const done = "The password is set, and the account is signed out of every browser.\n";
  const kept = await regrant.run(set, { input });
  const hint = `end them with npx regrant grant revoke --subject ${String(subject)}\n`;
  assert.deepEqual([kept.code, kept.stderr], [0, `${done}2 grants stay active; ${hint}`]);
  const ended = await regrant.run([...set, "--revoke-grants"], { input });
  assert.deepEqual([ended.code, ended.stderr], [0, `${done}2 grants are revoked.\n`]);
  const [none, again] = [
    await regrant.run(set, { input }),
    await regrant.run([...set, "--revoke-grants"], { input }),
  ];
  assert.equal(none.stderr, `${done}It has no active grants.\n`);
  assert.equal(again.stderr, `${done}It has no grants to revoke.\n`);

  const [grant] = await regrant.json(["grant", "list", "--subject", String(subject)]);
  const { stdout } = await regrant.run(["grant", "explain", String(grant?.["grant_id"])]);
  const text = stdout.replace(/\s+/g, " ");
  assert.match(
    text,
    /password was changed by cli:\S+\. That signs the account out of every browser; it revokes no grant by itself\./,
  );
  assert.match(text, /It was revoked by cli:/);
});
