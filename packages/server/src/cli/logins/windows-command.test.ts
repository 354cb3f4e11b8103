import assert from "node:assert/strict";
import { test } from "node:test";
import { windowsCommand, withVariable } from "./windows-command.ts";

const NPM = "C:\\Program Files\\nodejs\\npm.cmd";
const FILES = new Set([NPM, "C:\\Program Files\\nodejs\\node.exe", "C:\\100%\\a&b.bat", "D:\\w\\make.CMD"]);
const windows = {
  env: { Path: 'C:\\windows;"C:\\Program Files\\nodejs";;D:\\w', ComSpec: "C:\\windows\\system32\\cmd.exe" },
  isFile: (path: string) => FILES.has(path),
};
const command = (file: string, ...args: string[]) => windowsCommand(file, args, windows);

/**
 * What a program gets through a batch file that passes on `%*`: the phases of cmd.exe for one line (percent, then
 * special characters outside quotes), twice, and the splitting of the C runtime.
 */
function received({ file, args }: ReturnType<typeof windowsCommand>): { commands: string[]; argv: string[] } {
  assert.equal(file, windows.env.ComSpec);
  const line = args.at(-1) ?? "";
  assert.deepEqual(args.slice(0, -1), ["/e:ON", "/v:OFF", "/d", "/s", "/c"]);
  assert.ok(line.startsWith('"') && line.endsWith('"'));
  const expanded = line.slice(1, -1).replace(/%cd:~,%|%([^%]+)%/g, (text, name) => {
    if (text === "%cd:~,%") return "";
    return assert.fail(`the variable ${String(name)} is expanded`);
  });
  const batch = parse(expanded);
  const [, name = "", rest = ""] = /^"([^"]*)" ?(.*)$/s.exec(batch[0] ?? "") ?? [];
  const inner = parse(`"${name}" ${rest}`);
  return { commands: [...batch.slice(1), ...inner.slice(1)], argv: split(rest) };
}

/** Splits a line where cmd.exe begins another command, and removes carets; both only outside quotes. */
function parse(line: string): string[] {
  const commands = [""];
  let isQuoted = false;
  for (let at = 0; at < line.length; at += 1) {
    const character = line[at] ?? "";
    if (character === '"') isQuoted = !isQuoted;
    if (!isQuoted && /[&|<>()]/.test(character)) commands.push("");
    else if (!isQuoted && character === "^") at += 1;
    else commands[commands.length - 1] += character;
  }
  return commands;
}

/** The arguments of a command line, as Microsoft's C runtime and Node.js read them. */
function split(line: string): string[] {
  const args: string[] = [];
  let arg: string | undefined;
  let isQuoted = false;
  for (let at = 0; at < line.length;) {
    const slashes = /^\\*/.exec(line.slice(at))?.[0].length ?? 0;
    const next = line[at + slashes];
    if (next === '"') {
      arg = (arg ?? "") + "\\".repeat(Math.floor(slashes / 2));
      at += slashes + 1;
      if (slashes % 2 === 1) arg += '"';
      else if (isQuoted && line[at] === '"') {
        arg += '"';
        at += 1;
      } else isQuoted = !isQuoted;
    } else if (slashes > 0) {
      arg = (arg ?? "") + "\\".repeat(slashes);
      at += slashes;
    } else {
      if (!isQuoted && next === " ") {
        if (arg !== undefined) args.push(arg);
        arg = undefined;
      } else arg = (arg ?? "") + (next ?? "");
      at += 1;
    }
  }
  return arg === undefined ? args : [...args, arg];
}

test("a program is started as it is, wherever it is found", () => {
  const node = { file: "C:\\Program Files\\nodejs\\node.exe", args: ["-e", 'a "b" & c'], isQuoted: false };
  assert.deepEqual(command("node", "-e", 'a "b" & c'), node);
  assert.deepEqual(command("NODE.EXE"), { file: "NODE.EXE", args: [], isQuoted: false });
  assert.deepEqual(command("missing", "x"), { file: "missing", args: ["x"], isQuoted: false });
});

test("a batch file is found in PATH with its extension, and run by cmd.exe", () => {
  assert.deepEqual(command("npm", "test"), {
    file: "C:\\windows\\system32\\cmd.exe",
    args: ["/e:ON", "/v:OFF", "/d", "/s", "/c", `""${NPM}" test"`],
    isQuoted: true,
  });
  for (const name of ["npm.cmd", NPM, NPM.slice(0, -4)]) assert.equal(command(name).isQuoted, true, name);
  assert.equal(command("D:\\w\\make.CMD").isQuoted, true);
});

test("a batch file gets every argument unchanged, and cmd.exe runs nothing else", () => {
  const nasty = [
    "a b",
    "a&calc",
    "a|b",
    'say "hi"',
    '"&calc&"',
    'a"&calc',
    '\\"&calc',
    "%PATH%",
    "%",
    "100%",
    "a^b",
    "^",
    "<in >out",
    "(x)",
    "!PATH!",
    "",
    "C:\\dir\\",
    "C:\\a dir\\",
    "--x=a;b,c",
    "'",
    "`",
    "ü & €",
    '"',
    '""',
    "\\\\",
    '\\\\"',
    "a\tb",
  ];
  for (const arg of nasty) {
    const { commands, argv } = received(command("npm", "run", arg, "--", "end"));
    assert.deepEqual([commands, argv], [[], ["run", arg, "--", "end"]], arg);
  }
  assert.deepEqual(received(command("npm", ...nasty)), { commands: [], argv: nasty });
  assert.match(command("C:\\100%\\a&b").args.at(-1) ?? "", /^""C:\\100%%cd:~,%\\a&b\.bat""$/);
});

test("an argument with a line break, which a batch file cannot receive, is refused", () => {
  for (const arg of ["a\nb", "a\r", "a\0b"])
    assert.throws(() => command("npm", arg), /an argument contains a line break/);
  assert.equal(command("node", "a\nb").isQuoted, false);
});

test("a variable replaces its other spellings", () => {
  const env = withVariable({ Path: "p", Api_Token: "old", API_TOKEN: "older" }, "api_token", "new");
  assert.deepEqual(env, { Path: "p", api_token: "new" });
});
