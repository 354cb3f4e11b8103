import assert from "node:assert/strict";
import { execFile } from "node:child_process";
import { after, before, describe, test } from "node:test";
import { promisify, stripVTControlCharacters } from "node:util";
import { needScript } from "../../../../test/need.ts";
import { Clock } from "../store/contract/fixtures.ts";
import { startService } from "../testing.ts";
import type { TestService } from "../testing.ts";
import { BINARY, CommandLine } from "./testing.ts";
import { textWidth } from "./text-width.ts";

const NAMES = [
  "Shop",
  "試す".repeat(20),
  "متجر ".repeat(12),
  "👩‍👧".repeat(30),
  "e\u0301".repeat(90),
  "a \u001b[31mred\u001b[2J name",
];

const script = await needScript();
const regrant = new CommandLine();
let service: TestService;

before(async () => {
  const clock = new Clock();
  clock.at = Date.now();
  service = await startService({}, { folder: regrant.folder, clock });
  for (const name of NAMES) {
    const client = await service.client({ name });
    await service.grant(client, { subject: name });
    await service.account(name, "correct horse battery staple");
  }
});
after(() => service.close());

type Environment = Record<string, string>;

/** What a command prints on a terminal of a width, with its escapes. */
async function onTerminal(columns: number, args: readonly string[], env: Environment = {}): Promise<string> {
  const command = `stty cols ${columns} rows 24; exec "${process.execPath}" "${BINARY}" ${args.join(" ")}`;
  const { stdout } = await promisify(execFile)(script.path, ["-qec", command, "/dev/null"], {
    cwd: regrant.folder,
    env: {
      PATH: process.env["PATH"] ?? "",
      TERM: "xterm-256color",
      REGRANT_DATABASE: regrant.database,
      SHELL: "/bin/sh",
      ...env,
    },
    timeout: 60_000,
  });
  return stdout.replaceAll("\r\n", "\n");
}

const ESCAPE = "\u001b[";
const LISTINGS = [["client", "list"], ["account", "list"], ["grant", "list"], ["keys", "list"], ["config"]];

describe("on a terminal", { skip: script.missing }, () => {
  for (const columns of [80, 40]) {
    test(`tables fit ${columns} columns, and what matters most is there`, async () => {
      const printed = await Promise.all(LISTINGS.map((args) => onTerminal(columns, args)));
      for (const text of printed) {
        const lines = stripVTControlCharacters(text).trimEnd().split("\n");
        for (const line of lines) assert.ok(textWidth(line) <= columns, `${textWidth(line)}: ${line}`);
      }
      const [clients = "", , grants = ""] = printed.map(stripVTControlCharacters);
      assert.equal(clients.trimEnd().split("\n").length, 1 + NAMES.length);
      const row =
        columns === 80
          ? /[0-9a-f]{12} {2}.* active +\d[\d mins]* ago/
          : /[0-9a-f]…? {2}active +\d[\d mins]* ago/;
      assert.match(grants, row);
    });
  }

  test("a wide terminal cuts nothing", async () => {
    const [onWide, piped] = await Promise.all([
      onTerminal(600, ["client", "list"], { NO_COLOR: "1" }),
      regrant.run(["client", "list"]),
    ]);
    assert.equal(onWide, piped.stdout);
  });

  test("headings and states have colours, unless NO_COLOR is set or the terminal is dumb", async () => {
    const [colored, none, dumb] = await Promise.all([
      onTerminal(80, ["grant", "list"]),
      onTerminal(80, ["grant", "list"], { NO_COLOR: "1" }),
      onTerminal(80, ["grant", "list"], { TERM: "dumb" }),
    ]);
    assert.ok(colored.startsWith(`${ESCAPE}1mID`));
    assert.ok(colored.includes(`${ESCAPE}32mactive${ESCAPE}39m`));
    for (const plain of [none, dumb]) assert.ok(!plain.includes(ESCAPE));
  });

  test("an error and its hint have colours, and the exit code is the same", async () => {
    const failed = await onTerminal(80, ["client", "show", "absent"]).catch((error: unknown) => error);
    const { stdout, code } = failed as { stdout: string; code: number };
    assert.equal(code, 1);
    const refusal = `${ESCAPE}31mregrant:${ESCAPE}39m client not found: absent\r\n${ESCAPE}2m  hint: `;
    assert.ok(stdout.startsWith(refusal), stdout);
  });
});

test("piped, a table is whole and without colour; FORCE_COLOR colours it all the same", async () => {
  const [plain, forced] = await Promise.all([
    regrant.run(["client", "list"]),
    regrant.run(["client", "list"], { env: { FORCE_COLOR: "1" } }),
  ]);
  assert.ok(!plain.stdout.includes(ESCAPE));
  assert.ok(plain.stdout.includes("👩‍👧".repeat(30)));
  assert.ok(forced.stdout.includes(ESCAPE));
  assert.equal(stripVTControlCharacters(forced.stdout), plain.stdout);
});

test("FORCE_COLOR changes nothing in JSON", async () => {
  const [plain, forced] = await Promise.all([
    regrant.run(["client", "list", "--json"]),
    regrant.run(["client", "list", "--json"], { env: { FORCE_COLOR: "1" } }),
  ]);
  assert.equal(forced.stdout, plain.stdout);
});
