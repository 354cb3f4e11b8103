import { stdSerializers } from "pino";
import type { Config } from "./config/resolve-config.ts";
import type { Log } from "./log.ts";

/** Any logger with `info`, `warn` and `error`, such as those of pino, winston and consola, or `console`. */
export interface Logger {
  /** Without it, lines of this level are not written. */
  debug?: (...line: never[]) => unknown;
  info: (...line: never[]) => unknown;
  warn: (...line: never[]) => unknown;
  error: (...line: never[]) => unknown;
}

type Level = keyof Log;
type Line = [object, string] | [string, object];
type Write = (this: Logger, ...line: Line) => unknown;

/** From the lowest up. */
const LEVELS = ["debug", "info", "warn", "error"] as const satisfies readonly Level[];

/**
 * Makes the service's log of a host's logger. Loggers of pino's kind get (members, message) and filter by their own
 * level; all others get (message, members) from `level` on. A logger that throws fails no request.
 */
export function hostLog(logger: Logger, level: Config["logLevel"]): Log {
  const takesMembersFirst = isPinoLike(logger);
  const lowest = level === "silent" ? LEVELS.length : LEVELS.indexOf(level);
  const writer = (name: Level): Log[Level] => {
    if (!takesMembersFirst && LEVELS.indexOf(name) < lowest) return () => {};
    return (fields, message) => {
      try {
        const write = logger[name] as Write | undefined;
        if (takesMembersFirst) write?.call(logger, fields, message);
        else write?.call(logger, message, plainMembers(fields));
      } catch {
        // There is no other place to say so.
      }
    };
  };
  return { debug: writer("debug"), info: writer("info"), warn: writer("warn"), error: writer("error") };
}

/** Only the loggers of pino (Fastify's too) and of bunyan have these methods; both take the members first. */
function isPinoLike(logger: Logger): boolean {
  return "bindings" in logger || "addSerializers" in logger;
}

/** Without members that are undefined; an error as an object, since JSON of an Error is `{}`. */
function plainMembers(fields: object): object {
  const members = Object.entries(fields).filter(([, value]) => value !== undefined);
  return Object.fromEntries(
    members.map(([name, value]) => [name, value instanceof Error ? plainError(value) : value]),
  );
}

/** Nothing else of the error, or of its cause: a driver's may hold the statement with its values. */
function plainError(error: Error): object {
  const { type, message, stack } = stdSerializers.err(error);
  return { type, message, stack };
}
