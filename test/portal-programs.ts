// The documentation's programs, in files.
import assert from "node:assert/strict";
import { execFile } from "node:child_process";
import { mkdir, symlink, writeFile } from "node:fs/promises";
import { delimiter, dirname, join } from "node:path";
import { promisify } from "node:util";
import { EXAMPLES } from "../packages/server/src/portal/examples/table.ts";
import type { Program } from "./need.ts";
import type { Variables } from "./portal-customer.ts";
import type { TokenResponse } from "./service.ts";
import { temporaryFolder } from "./temporary-folder.ts";

/** Go compiles its library once. */
export const TIMEOUT = 240_000;

const ROOT = join(import.meta.dirname, "..");
/** What the examples import, and where it is installed here. */
const INSTALLED = {
  "@regrant/client": "packages/client",
  "@regrant/verify": "packages/verify",
  jose: "node_modules/jose",
};

/** The programs of one language, in a folder of their own. */
export class Programs {
  readonly language: string;
  readonly #folder: string;
  readonly #program: Program;

  private constructor(language: string, program: Program, folder: string) {
    this.language = language;
    this.#program = program;
    this.#folder = folder;
  }

  /** @param program what the language needs; the commands find it by its name */
  static async prepare(language: string, program: Program): Promise<Programs> {
    const folder = temporaryFolder("example");
    await mkdir(join(folder, "node_modules/@regrant"), { recursive: true });
    for (const [name, path] of Object.entries(INSTALLED)) {
      await symlink(join(ROOT, path), join(folder, "node_modules", name), "dir");
    }
    return new Programs(language, program, folder);
  }

  /** Saves code as the page says, and runs it with the command that the page shows. @returns what it printed */
  async run(name: string, code: string, variables: Variables): Promise<string> {
    const run = EXAMPLES.find(({ language }) => language === this.language)?.run?.(name);
    assert.ok(run, this.language);
    await writeFile(join(this.#folder, run.file), code);
    const path = [dirname(this.#program.path), process.env["PATH"]].join(delimiter);
    const { stdout } = await promisify(execFile)("sh", ["-c", run.command], {
      cwd: this.#folder,
      timeout: TIMEOUT,
      env: { ...process.env, GOTOOLCHAIN: "local", ...variables, PATH: path },
    });
    return stdout;
  }
}

/** Checks a printed response to a refresh of this token. */
export function assertRefreshed(printed: string, token: string): void {
  const { refresh_token } = tokensIn(printed);
  assert.match(refresh_token, /^rgr_/);
  assert.notEqual(refresh_token, token);
}

/** The token response that a program printed. */
export function tokensIn(printed: string): TokenResponse {
  const response = JSON.parse(printed) as TokenResponse;
  assert.deepEqual([response.token_type, response.expires_in], ["Bearer", 3600], printed);
  assert.match(response.access_token, /^[\w-]+\.[\w-]+\.[\w-]+$/);
  return response;
}
