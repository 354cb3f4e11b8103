import type { Command } from "commander";
import { once } from "node:events";
import type { IncomingMessage } from "node:http";
import { get } from "node:https";
import { isIP } from "node:net";
import { setTimeout } from "node:timers/promises";
import { readConfig } from "../config/read-config.ts";
import { ConfigError } from "../config/config-error.ts";
import { SETTINGS } from "../config/schema.ts";
import { listenerUrl } from "../config/resolve-config.ts";
import { HEALTH_PATHS } from "../endpoints/health-paths.ts";
import { CliError } from "./cli-error.ts";
import { toConfigError } from "./command-config.ts";
import { wholeNumberWithin } from "./option-values.ts";
import { examples, newProgram } from "./program.ts";
import { addSettingFlags } from "./settings-flags.ts";

/** How long a response may take, ms. */
const TIMEOUT = 3000;
/** Pause before it is asked again, ms. */
const PAUSE = 200;

/** The flags of `health`. */
interface HealthOptions {
  url?: string;
  ready?: true;
  /** s */
  wait?: number;
  pid?: number;
}

/** Adds `regrant health`, which needs no shell and no curl: for the health checks of containers and supervisors. */
export function addHealthCommand(program: Command): void {
  program
    .command("health")
    .description("ask a running service whether it is live, or ready; exit code 1 if it is not")
    .option("--url <url>", "URL of the service (default: the configured port on this machine)")
    .option("--ready", "ask whether the store accepts writes too, and the service is not about to stop")
    .option(
      "--wait <seconds>",
      "ask again until it is, for so long; without it, ask once",
      wholeNumberWithin(1, 86_400),
    )
    .option("--pid <pid>", "fail as soon as this process has ended", wholeNumberWithin(1, 2 ** 31 - 1))
    .addHelpText("after", `\nIt waits ${TIMEOUT / 1000} s for a response.`)
    .addHelpText(
      "after",
      examples("npx regrant health", "npx regrant health --ready --url https://auth.example.com"),
    )
    .action(health);
}

/** Makes a program with this command alone, which starts fast: health checks run every few seconds. */
export function createHealthProgram(): Command {
  const program = newProgram();
  addSettingFlags(program, "every command");
  addHealthCommand(program);
  return program;
}

/** @throws CliError the service is not live, or not ready */
async function health({ url, ready, wait = 0, pid }: HealthOptions, command: Command): Promise<void> {
  const base = url === undefined ? ownUrl(command) : parseUrl(url);
  const checked = base.replace(/\/$/, "") + (ready ? HEALTH_PATHS.ready : HEALTH_PATHS.live);
  const deadline = performance.now() + wait * 1000;
  for (;;) {
    const failure = await failureOf(checked, url === undefined);
    // Asked before success counts: another program may have the port, and be why the process ended.
    if (pid !== undefined && !isRunning(pid)) throw new CliError(`process ${pid} has ended`);
    if (failure === undefined) break;
    if (performance.now() >= deadline) throw failure;
    await setTimeout(PAUSE);
  }
  console.log(ready ? "ready" : "live");
}

/**
 * The service's URL on this machine: it listens there also if it listens on every address. Host and port alone count:
 * a setting may have been changed since the service read it. Secrets' files are not opened: they may be out of a
 * check's reach, or a pipe, which has its secret once and for the service.
 *
 * @throws CliError
 */
function ownUrl(command: Command): string {
  const flags = command.optsWithGlobals();
  const env = Object.fromEntries(Object.entries(process.env).filter(([name]) => !name.endsWith("_FILE")));
  const { settings, invalid, violations } = readConfig({ env, cwd: process.cwd(), flags });
  if ((["host", "port", "tlsCertificate"] as const).some((key) => invalid.has(key)))
    throw toConfigError(new ConfigError(violations));
  const host = settings.host?.value ?? SETTINGS.host.default;
  const port = settings.port?.value ?? SETTINGS.port.default;
  if (port === 0) throw new CliError("the port is 0, so it is not known", "name the service with --url", 2);
  const local = isIP(host) === 0 ? host : host.replace(/^0\.0\.0\.0$/, "127.0.0.1").replace(/^::$/, "::1");
  return listenerUrl({ host: local, port, tlsCertificate: settings.tlsCertificate?.value ?? null });
}

function isRunning(pid: number): boolean {
  try {
    return process.kill(pid, 0);
  } catch (error) {
    // Another user's process may not be signalled, but is there.
    return (error as NodeJS.ErrnoException).code === "EPERM";
  }
}

/** @throws CliError */
function parseUrl(text: string): string {
  const url = URL.parse(text);
  if (url !== null && /^https?:$/.test(url.protocol)) return url.origin + url.pathname;
  throw new CliError("--url must be an http or https URL", undefined, 2);
}

/**
 * Why the service is not what was asked for; undefined: it is.
 *
 * @param isOwn the service of this machine, whose certificate is not checked: it is for another name
 */
async function failureOf(url: string, isOwn: boolean): Promise<CliError | undefined> {
  try {
    const status = isOwn && url.startsWith("https:") ? await statusUnverified(url) : await statusOf(url);
    return status === 200 ? undefined : new CliError(`${url}: status ${status}`);
  } catch (error) {
    return new CliError(`${url}: no response: ${reasonOf(error)}`);
  }
}

async function statusOf(url: string): Promise<number> {
  const response = await fetch(url, { redirect: "manual", signal: AbortSignal.timeout(TIMEOUT) });
  await response.body?.cancel();
  return response.status;
}

/** As `statusOf`, without a check of the server's certificate. */
async function statusUnverified(url: string): Promise<number> {
  const options = { rejectUnauthorized: false, agent: false, signal: AbortSignal.timeout(TIMEOUT) } as const;
  const [response] = (await once(get(url, options), "response")) as [IncomingMessage];
  response.destroy();
  return response.statusCode ?? 0;
}

function reasonOf(error: unknown): string {
  const { name, message, cause } = error as Error;
  if (name === "TimeoutError") return `it took longer than ${TIMEOUT / 1000} s`;
  return cause instanceof Error && cause.message !== "" ? cause.message : message;
}
