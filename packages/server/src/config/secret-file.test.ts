import assert from "node:assert/strict";
import { randomBytes } from "node:crypto";
import { chmodSync, mkdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { test } from "node:test";
import { temporaryFolder } from "../../../../test/temporary-folder.ts";
import { describeConfig } from "./describe-config.ts";
import { readConfig } from "./read-config.ts";
import { loadConfig } from "./resolve-config.ts";
import { environmentName, secretFileName, type SettingKey, SETTING_KEYS } from "./schema.ts";
import { readSecretFile } from "./secret-file.ts";

const cwd = temporaryFolder("secret");
const KEY = randomBytes(32);
const TEXT = KEY.toString("base64url");
const OTHER = randomBytes(32).toString("base64url");
/** A valid value of each secret, in a file's form. */
const VALUES: Partial<Record<SettingKey, string>> = {
  database: "postgres://regrant:hunter2@db/regrant",
  masterKey: TEXT,
  previousMasterKeys: OTHER,
  accountsSecret: `whsec_${randomBytes(32).toString("base64")}`,
  passportKey: `base64:${randomBytes(32).toString("base64")}`,
  passportDatabase: "mysql://laravel:hunter2@db/laravel",
};

let files = 0;
function file(content: string | Uint8Array): string {
  const path = join(cwd, `secret-${files++}`);
  writeFileSync(path, content);
  return path;
}

function violationsOf(env: Record<string, string>): readonly string[] {
  return readConfig({ env, cwd }).violations;
}

test("every secret is read from the file that its variable names, as from the variable itself", () => {
  const env: Record<string, string> = { REGRANT_ACCOUNTS_URL: "https://accounts.example/" };
  const inFiles = { ...env };
  for (const key of SETTING_KEYS) {
    const name = secretFileName(key);
    if (name === null) continue;
    const value = VALUES[key];
    assert.ok(value, `${key} has no value in this test`);
    env[environmentName(key)] = value;
    inFiles[name] = file(`${value}\n`);
  }
  const expected = loadConfig({ env, cwd });
  const { config, sources } = loadConfig({ env: inFiles, cwd });
  assert.deepEqual(config, expected.config);
  const described = describeConfig(config, sources).filter(({ source }) => source === "secret file");
  assert.deepEqual(
    described.map(({ env, value }) => [env, value]),
    [
      ["REGRANT_DATABASE_FILE", "postgres://regrant:***@db/regrant"],
      ["REGRANT_MASTER_KEY_FILE", "(set)"],
      ["REGRANT_PREVIOUS_MASTER_KEYS_FILE", "(set)"],
      ["REGRANT_ACCOUNTS_SECRET_FILE", "(set)"],
      ["REGRANT_PASSPORT_KEY_FILE", "(set)"],
      ["REGRANT_PASSPORT_DATABASE_FILE", "(set)"],
    ],
  );
});

test("white space around a secret does not count, and a list has its entries in lines or by commas", () => {
  for (const content of [TEXT, `${TEXT}\n`, `${TEXT}\r\n`, `\uFEFF${TEXT}\n\n`]) {
    const { settings, violations } = readConfig({ env: { REGRANT_MASTER_KEY_FILE: file(content) }, cwd });
    assert.deepEqual(violations, []);
    assert.deepEqual(settings.masterKey?.value, KEY);
  }
  for (const content of [`${TEXT},${OTHER}`, `${TEXT}\n${OTHER}\n`, `${TEXT}\r\n\r\n${OTHER}\r\n`]) {
    const env = { REGRANT_PREVIOUS_MASTER_KEYS_FILE: file(content) };
    assert.deepEqual(readConfig({ env, cwd }).settings.previousMasterKeys?.value, [
      KEY,
      Buffer.from(OTHER, "base64url"),
    ]);
  }
  const { settings } = readConfig({ env: { REGRANT_PREVIOUS_MASTER_KEYS_FILE: file("\n") }, cwd });
  assert.deepEqual(settings.previousMasterKeys?.value, []);
});

test("a secret's file wins over the configuration file, and a flag over both", () => {
  writeFileSync(join(cwd, "named.json"), JSON.stringify({ database: "sqlite:./file.db", masterKey: OTHER }));
  const env = {
    REGRANT_CONFIG: "named.json",
    REGRANT_DATABASE_FILE: file("sqlite:./secret.db"),
    REGRANT_MASTER_KEY_FILE: file(TEXT),
  };
  const { settings, violations } = readConfig({ env, flags: { database: "sqlite:./flag.db" }, cwd });
  assert.deepEqual(violations, []);
  assert.equal(settings.database?.value, "sqlite:./flag.db");
  assert.deepEqual(settings.masterKey?.value, KEY);
});

test("a secret that is given twice is an error with both names", () => {
  const env = { REGRANT_MASTER_KEY: TEXT, REGRANT_MASTER_KEY_FILE: file(TEXT) };
  const { violations, invalid } = readConfig({ env, cwd });
  assert.deepEqual(violations, [
    "REGRANT_MASTER_KEY_FILE: must not be set together with REGRANT_MASTER_KEY: remove one of them",
  ]);
  assert.deepEqual([...invalid], ["masterKey"]);
});

test("a file that cannot be a secret is named with its variable, and its content is not quoted", () => {
  const folder = join(cwd, "folder");
  mkdirSync(folder);
  const [empty, large, bad] = [file(" \n"), file("k".repeat(65_537)), file("hunter2\n")];
  const other = file(new Uint8Array([104, 0xff, 50]));
  const utf16 = file(Buffer.from("hunter2\n", "utf16le"));
  const table: [path: string, expected: string][] = [
    ["", "REGRANT_MASTER_KEY_FILE: is empty: name a file or remove it"],
    [
      join(cwd, "none"),
      `REGRANT_MASTER_KEY_FILE: cannot read ${join(cwd, "none")}: no such file or directory`,
    ],
    [folder, `REGRANT_MASTER_KEY_FILE: cannot read ${folder}: illegal operation on a directory`],
    [empty, `REGRANT_MASTER_KEY_FILE (${empty}): is empty: set a value or remove it`],
    [large, `REGRANT_MASTER_KEY_FILE: ${large} is larger than 65536 bytes, so it is not a secret`],
    [other, `REGRANT_MASTER_KEY_FILE: ${other} is not UTF-8 text`],
    [utf16, `REGRANT_MASTER_KEY_FILE: ${utf16} is not UTF-8 text`],
    [bad, `REGRANT_MASTER_KEY_FILE (${bad}): must be 32 random bytes in base64url (43 characters); make one`],
  ];
  for (const [path, expected] of table) {
    const [violation = "", ...more] = violationsOf({ REGRANT_MASTER_KEY_FILE: path });
    assert.deepEqual(more, []);
    assert.equal(violation.slice(0, expected.length), expected);
    assert.ok(!violation.includes("hunter2"));
  }
});

test("a file without an end is not read to its end", { skip: process.platform === "win32" }, () => {
  const [violation] = violationsOf({ REGRANT_MASTER_KEY_FILE: "/dev/zero" });
  assert.match(violation ?? "", /^REGRANT_MASTER_KEY_FILE: \/dev\/zero is larger than 65536 bytes/);
});

test(
  "a file that only another user may read is named, with the reason",
  { skip: process.platform === "win32" },
  (t) => {
    const path = file(TEXT);
    chmodSync(path, 0);
    // root reads every file.
    if (process.getuid?.() === 0) {
      process.seteuid?.(65_534);
      t.after(() => process.seteuid?.(0));
    }
    assert.deepEqual(readSecretFile(path), {
      outcome: "invalid",
      violation: `cannot read ${path}: permission denied`,
    });
  },
);

test("the secret itself in the place of a path is not quoted", () => {
  for (const value of [TEXT, "postgres://regrant:hunter2@db/regrant", "master.key"]) {
    assert.deepEqual(violationsOf({ REGRANT_DATABASE_FILE: value }), [
      "REGRANT_DATABASE_FILE: must be the absolute path of a file",
    ]);
  }
});

test("a mistyped variable is told the nearest one, and that other settings have no file", () => {
  assert.deepEqual(violationsOf({ REGRANT_MASTERKEY_FILE: "/x", REGRANT_PORT_FILE: "/x" }), [
    'REGRANT_MASTERKEY_FILE: is not a setting; did you mean "REGRANT_MASTER_KEY_FILE"?',
    "REGRANT_PORT_FILE: is not a setting; only secrets are read from files: set REGRANT_PORT",
  ]);
});
