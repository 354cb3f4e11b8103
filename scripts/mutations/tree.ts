import { execFile } from "node:child_process";
import { cp, mkdir, mkdtemp, readFile, readdir, rm, symlink, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { ROOT } from "./apply.ts";
import type { RuleMutation } from "./apply.ts";

export type Verdict =
  "killed" | "survived" | "applies" | `does not apply: ${string}` | `not judged: ${string}`;

/** What a test needs: sources, and what the sources read. */
const COPIED = ["packages", "test", "docs", "examples", "package.json", ".npmrc"];
/** Longest run of one test, ms. A mutation that lets a test hang is killed. */
const TIMEOUT = 180_000;
/** The store's contract is a list of cases, which the tests of both engines run. */
const CONTRACT = /\/store\/contract\/(?!.*\.test\.ts$)/;
const CONTRACT_TEST = "packages/server/src/store/sqlite/sqlite.test.ts";

/** A temporary copy of the workspace, in which sources are mutated and tests run. */
export class MutatedTree implements AsyncDisposable {
  readonly #root: string;

  private constructor(root: string) {
    this.#root = root;
  }

  static async create(): Promise<MutatedTree> {
    const root = await mkdtemp(join(tmpdir(), "regrant-mutate-"));
    for (const name of COPIED) {
      const filter = (path: string) => !/\/(node_modules|dist)$/.test(path);
      await cp(join(ROOT, name), join(root, name), { recursive: true, filter });
    }
    await linkModules(join(ROOT, "node_modules"), join(root, "node_modules"));
    return new MutatedTree(root);
  }

  /**
   * Runs the rule's test with the mutated source, and, where it fails, with the original one.
   *
   * @param testFile below the root
   */
  async judge({ file, test }: RuleMutation, mutated: string, testFile: string): Promise<Verdict> {
    const path = join(this.#root, "packages", file);
    const original = await readFile(path, "utf8");
    await writeFile(path, mutated);
    const broken = await this.#run(test, testFile);
    await writeFile(path, original);
    if (broken.ran === 0) return "not judged: no test ran, or the source does not load";
    if (broken.passed) return "survived";
    const whole = await this.#run(test, testFile);
    return whole.passed && whole.ran > 0 ? "killed" : "not judged: the test fails without the mutation too";
  }

  /** Runs the tests of one title. */
  async #run(title: string, testFile: string): Promise<{ passed: boolean; ran: number }> {
    const isCase = CONTRACT.test(testFile);
    const pattern = `${isCase ? " " : "^"}${patternOf(title)}$`;
    const file = isCase ? CONTRACT_TEST : testFile;
    const options = ["--conditions=regrant-source", "--test-reporter=tap", `--test-name-pattern=${pattern}`];
    const { NODE_TEST_CONTEXT: _, ...env } = process.env;
    return new Promise((resolve) => {
      const settings = { cwd: this.#root, env, timeout: TIMEOUT, maxBuffer: 64 * 1024 * 1024 };
      execFile(process.execPath, [...options, file], settings, (error, stdout) => {
        const [, ran = "0"] = /^# tests (\d+)$/m.exec(stdout) ?? [];
        resolve({ passed: error === null, ran: error?.killed ? 1 : Number(ran) });
      });
    });
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await rm(this.#root, { recursive: true, force: true });
  }
}

/** Node joins the titles of suites and test by spaces. A title may have placeholders, as the page has those of a loop. */
function patternOf(title: string): string {
  return title
    .replaceAll(" › ", " ")
    .split(/\$\{[^}]*\}/)
    .map((text) => text.replaceAll(/[\\^$.*+?()[\]{}|]/g, "\\$&"))
    .join(".+");
}

/** Links the installed packages; those of the workspace, which are links already, lead into the copy. */
async function linkModules(from: string, to: string): Promise<void> {
  await mkdir(to);
  for (const entry of await readdir(from, { withFileTypes: true })) {
    const [source, target] = [join(from, entry.name), join(to, entry.name)];
    if (entry.isSymbolicLink()) await cp(source, target, { verbatimSymlinks: true });
    else if (entry.name === "@regrant") await linkModules(source, target);
    else await symlink(source, target);
  }
}
