import { statSync } from "node:fs";
import { win32 } from "node:path";
import { CliError } from "../cli-error.ts";
import { sanitize } from "./terminal-text.ts";

/** What `spawn` gets. */
export interface SpawnCommand {
  readonly file: string;
  readonly args: readonly string[];
  /** Whether `args` are a command line that is quoted already. */
  readonly isQuoted: boolean;
}

/** The part of Windows that is asked; tests pass another. */
interface WindowsInput {
  readonly env: NodeJS.ProcessEnv;
  readonly isFile: (path: string) => boolean;
}

/** Extensions of what can be started, in the system's order of preference. */
const EXTENSIONS = [".com", ".exe", ".bat", ".cmd"];
/** Characters that `cmd.exe` leaves alone outside quotes. */
const PLAIN = /^[\w#$*+\-./:?@\\\u{A0}-\u{10FFFF}]+$/u;

/**
 * The command as `spawn` starts it on Windows. Programs are started as they are. Batch files, such as `npm.cmd`, are
 * found as a shell finds them and run by `cmd.exe`, with every argument quoted so that they receive it unchanged:
 * neither Node.js (CVE-2024-27980) nor its `shell` option does that. The quoting is that of Rust's standard library.
 *
 * @throws {CliError} a batch file cannot receive an argument (126)
 */
export function windowsCommand(
  file: string,
  args: readonly string[],
  { env, isFile }: WindowsInput = { env: process.env, isFile: isRegularFile },
): SpawnCommand {
  const found = find(file, env, isFile);
  if (found === undefined || !/\.(bat|cmd)$/i.test(found))
    return { file: found ?? file, args, isQuoted: false };
  if (args.some((arg) => /[\r\n\0]/.test(arg))) {
    const hint = "a batch file cannot receive it; run the program that it starts instead";
    throw new CliError(`cannot execute ${sanitize(file)}: an argument contains a line break`, hint, 126);
  }
  const line = [`"${keepPercent(found)}"`, ...args.map(quoteForBatch)].join(" ");
  // /d: no AutoRun; /e:ON is what the quoting of % needs, /v:OFF leaves ! alone; /s: the outer quotes are removed.
  const flags = ["/e:ON", "/v:OFF", "/d", "/s", "/c"];
  return { file: variable(env, "ComSpec") ?? "cmd.exe", args: [...flags, `"${line}"`], isQuoted: true };
}

/** The environment with a variable, and without its other spellings, of which Windows would pass on one. */
export function withVariable(env: NodeJS.ProcessEnv, name: string, value: string): NodeJS.ProcessEnv {
  const others = Object.entries(env).filter(([key]) => key.toUpperCase() !== name.toUpperCase());
  return { ...Object.fromEntries(others), [name]: value };
}

/** The file that a name stands for: itself, or with one of the extensions; a bare name is looked up in `PATH`. */
function find(file: string, env: NodeJS.ProcessEnv, isFile: (path: string) => boolean): string | undefined {
  const names = EXTENSIONS.includes(win32.extname(file).toLowerCase())
    ? [file]
    : EXTENSIONS.map((extension) => file + extension);
  if (/[\\/:]/.test(file)) return names.map((name) => win32.resolve(name)).find(isFile);
  const folders = (variable(env, "PATH") ?? "").replaceAll('"', "").split(";");
  return folders
    .filter((folder) => folder !== "")
    .flatMap((folder) => names.map((name) => win32.join(folder, name)))
    .find(isFile);
}

/**
 * Quotes an argument for `cmd.exe`, the batch file's `%*` and the program that receives it. A quote is doubled: a
 * backslash before it means nothing to `cmd.exe`.
 */
function quoteForBatch(arg: string): string {
  if (PLAIN.test(arg) && !arg.endsWith("\\")) return arg;
  // Backslashes count only before a quote, where the receiving program halves them.
  const parts = arg.split('"').map((part) => part.replace(/(?<!\\)\\+$/, "$&$&"));
  return `"${keepPercent(parts.join('""'))}"`;
}

/** `%cd:~,%` is an empty text, and keeps the `%` before it from beginning the name of a variable. */
function keepPercent(text: string): string {
  return text.replaceAll("%", "%%cd:~,%");
}

/** A variable, whose name Windows compares without case. */
function variable(env: NodeJS.ProcessEnv, name: string): string | undefined {
  const key = Object.keys(env).find((key) => key.toUpperCase() === name.toUpperCase());
  return key === undefined ? undefined : env[key];
}

function isRegularFile(path: string): boolean {
  try {
    return statSync(path).isFile();
  } catch {
    return false;
  }
}
