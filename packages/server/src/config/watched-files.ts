import { readFileSync } from "node:fs";
import { getSystemErrorMessage } from "node:util";
import type { Log } from "../log.ts";
import { ConfigError } from "./config-error.ts";
import type { SettingKey } from "./schema.ts";

/** How often the files are looked at, ms. */
const INTERVAL = 10_000;

/** The settings whose files are read, and what is made of their contents. */
export interface WatchedFilesOptions<Value> {
  /** The files by the setting that names them; relative ones are below the working directory. */
  files: Partial<Record<SettingKey, string>>;
  /** Takes the contents in the same order. Throws if they cannot be used; the message completes the setting's name. */
  make: (...contents: string[]) => Value;
  log: Pick<Log, "info" | "warn">;
}

/** What is made of files that are renewed while the service runs, such as a certificate and its key. */
export class WatchedFiles<Value> {
  /** Of the last contents that could be used. */
  current: Value;
  readonly #options: WatchedFilesOptions<Value>;
  readonly #listeners: ((value: Value) => void)[] = [];
  readonly #timer: NodeJS.Timeout;
  #contents: string;
  #reported = "";

  /** @throws ConfigError a file cannot be read or used */
  constructor(options: WatchedFilesOptions<Value>) {
    this.#options = options;
    const contents = this.#read();
    this.#contents = contents.join("\0");
    this.current = this.#make(contents);
    this.#timer = setInterval(() => this.check(), INTERVAL).unref();
  }

  /** Calls `listener` with each new value. */
  onChange(listener: (value: Value) => void): void {
    this.#listeners.push(listener);
  }

  /**
   * Reads the files again and takes what is new. What cannot be used is logged once and the value stays: a renewal that is
   * half done is complete when they are read next.
   */
  check(): void {
    const { log, files } = this.#options;
    const settings = Object.keys(files);
    try {
      const contents = this.#read();
      const joined = contents.join("\0");
      if (joined === this.#contents) return;
      this.current = this.#make(contents);
      this.#contents = joined;
    } catch (error) {
      const { message } = error as Error;
      if (message !== this.#reported)
        log.warn({ settings, err: error }, "renewed files cannot be used; the former ones stay");
      this.#reported = message;
      return;
    }
    this.#reported = "";
    log.info({ settings }, "renewed files are in use");
    for (const listener of this.#listeners) listener(this.current);
  }

  close(): void {
    clearInterval(this.#timer);
  }

  #read(): string[] {
    return Object.entries(this.#options.files).map(([setting, path]) => {
      try {
        return readFileSync(path, "utf8");
      } catch (error) {
        const { errno, message } = error as NodeJS.ErrnoException;
        const reason = errno === undefined ? message : getSystemErrorMessage(errno);
        throw new ConfigError([`${setting}: cannot read ${path}: ${reason}`]);
      }
    });
  }

  #make(contents: readonly string[]): Value {
    try {
      return this.#options.make(...contents);
    } catch (error) {
      const names = Object.keys(this.#options.files).join(", ");
      throw new ConfigError([`${names}: ${(error as Error).message}`]);
    }
  }
}
