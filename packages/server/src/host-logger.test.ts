import assert from "node:assert/strict";
import { Console } from "node:console";
import { Writable } from "node:stream";
import { test } from "node:test";
import { pino } from "pino";
import { hostLog } from "./host-logger.ts";
import type { Logger } from "./host-logger.ts";

/** Collects what is written. */
function sink() {
  const chunks: string[] = [];
  const stream = new Writable({
    write(chunk: Buffer, _encoding, done) {
      chunks.push(chunk.toString());
      done();
    },
  });
  return { stream, text: () => chunks.join("") };
}

test("pino, and its children, get the members first and filter by their own level", () => {
  const { stream, text } = sink();
  const logger = pino({ level: "debug", base: null }, stream).child({ part: "auth" });
  const log = hostLog(logger, "error");
  log.debug({ endpoint: "token" }, "refused");
  log.error({ err: new Error("broken") }, "failed");
  const lines = text()
    .trim()
    .split("\n")
    .map((line) => JSON.parse(line) as Record<string, unknown>);
  assert.deepEqual(
    lines.map(({ level, part, endpoint, msg }) => [level, part, endpoint, msg]),
    [
      [20, "auth", "token", "refused"],
      [50, "auth", undefined, "failed"],
    ],
  );
  assert.equal((lines[1]?.["err"] as { message: string } | undefined)?.message, "broken");
});

test("console, and loggers of its kind, get the message first, from the level on", () => {
  const { stream, text } = sink();
  const log = hostLog(new Console(stream), "info");
  log.debug({ endpoint: "token" }, "refused");
  log.info({ endpoint: "token", client_id: undefined }, "refused");
  assert.equal(text(), "refused { endpoint: 'token' }\n");
});

test("of an error, and of its cause, console gets type, message and stack alone", () => {
  const { stream, text } = sink();
  const cause = Object.assign(new Error("down"), { sql: "SELECT 'hunter2'" });
  hostLog(new Console(stream), "info").error({ err: new Error("failed", { cause }) }, "failed");
  assert.match(text(), /caused by: Error: down/);
  assert.doesNotMatch(text(), /hunter2|Symbol/);
});

test("an error reaches loggers that write JSON, and a logger keeps its this", () => {
  class Json {
    readonly lines: string[] = [];
    #write(message: string, members: object) {
      this.lines.push(JSON.stringify({ message, ...members }));
    }
    info(message: string, members: object) {
      this.#write(message, members);
    }
    warn(message: string, members: object) {
      this.#write(message, members);
    }
    error(message: string, members: object) {
      this.#write(message, members);
    }
  }
  const logger = new Json();
  hostLog(logger, "info").error({ err: new TypeError("broken") }, "failed");
  const { err } = JSON.parse(logger.lines[0] ?? "") as { err: Record<string, string> };
  assert.deepEqual([err["type"], err["message"]], ["TypeError", "broken"]);
});

test("a logger that throws, or has no debug, fails nothing", () => {
  const throwing = () => {
    throw new Error("disk full");
  };
  const logger: Logger = { info: throwing, warn: throwing, error: throwing };
  const log = hostLog(logger, "debug");
  for (const level of ["debug", "info", "warn", "error"] as const) log[level]({}, "a line");
  hostLog(logger, "silent").error({}, "a line");
});
