import type { Command } from "commander";
import { isIP } from "node:net";
import type { Config } from "../config/resolve-config.ts";
import { hostPortText } from "../config/values.ts";
import { HEALTH_PATHS } from "../endpoints/health-paths.ts";
import { CliError } from "./cli-error.ts";
import { configOf } from "./command-config.ts";
import { examples, newProgram } from "./program.ts";
import { addSettingFlags } from "./settings-flags.ts";

/** How long a response may take, ms. */
const TIMEOUT = 3000;

/** The flags of `health`. */
interface HealthOptions {
  url?: string;
  ready?: true;
}

/** Adds `regrant health`, which needs no shell and no curl: for the health checks of containers and supervisors. */
export function addHealthCommand(program: Command): void {
  program
    .command("health")
    .description("ask a running service whether it is live, or ready; exit code 1 if it is not")
    .option("--url <url>", "URL of the service (default: the configured port on this machine)")
    .option("--ready", "ask whether the store accepts writes too, and the service is not about to stop")
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
async function health({ url, ready }: HealthOptions, command: Command): Promise<void> {
  const base = url === undefined ? ownUrl(configOf(command).config) : parseUrl(url);
  const checked = base.replace(/\/$/, "") + (ready ? HEALTH_PATHS.ready : HEALTH_PATHS.live);
  const status = await statusOf(checked);
  if (status !== 200) throw new CliError(`${checked}: status ${status}`);
  console.log(ready ? "ready" : "live");
}

/** The service's URL on this machine: it listens there also if it listens on every address. */
function ownUrl({ host, port }: Config): string {
  if (port === 0) throw new CliError("the port is 0, so it is not known", "name the service with --url", 2);
  const local = isIP(host) === 0 ? host : host.replace(/^0\.0\.0\.0$/, "127.0.0.1").replace(/^::$/, "::1");
  return `http://${hostPortText({ host: local, port })}`;
}

/** @throws CliError */
function parseUrl(text: string): string {
  const url = URL.parse(text);
  if (url !== null && /^https?:$/.test(url.protocol)) return url.origin + url.pathname;
  throw new CliError("--url must be an http or https URL", undefined, 2);
}

/** @throws CliError no response came */
async function statusOf(url: string): Promise<number> {
  try {
    const response = await fetch(url, { redirect: "manual", signal: AbortSignal.timeout(TIMEOUT) });
    await response.body?.cancel();
    return response.status;
  } catch (error) {
    throw new CliError(`${url}: no response: ${reasonOf(error)}`);
  }
}

function reasonOf(error: unknown): string {
  const { name, message, cause } = error as Error;
  if (name === "TimeoutError") return `it took longer than ${TIMEOUT / 1000} s`;
  return cause instanceof Error && cause.message !== "" ? cause.message : message;
}
