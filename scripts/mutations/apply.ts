import { readFile } from "node:fs/promises";
import { join } from "node:path";

export const ROOT = join(import.meta.dirname, "../..");

/** One way to break a rule of docs/requirements.md. */
export interface RuleMutation {
  /** The requirement's heading on the page, without its stars. */
  rule: string;
  /** The source that holds the rule, below `packages`. */
  file: string;
  /** A text that the source has exactly once. */
  replace: string;
  by: string;
  /** A title that the page names for the rule; this test must fail. */
  test: string;
}

/** The mutated source; undefined, with the fault: its text has changed, so the mutation must be written again. */
export async function applied({
  file,
  replace,
  by,
}: RuleMutation): Promise<{ source?: string; fault?: string }> {
  const original = await readFile(join(ROOT, "packages", file), "utf8").catch(() => undefined);
  if (original === undefined) return { fault: "no such file" };
  const [before, after, ...more] = original.split(replace);
  if (before === undefined || after === undefined) return { fault: "the text is not found" };
  return more.length > 0 ? { fault: "the text is found more than once" } : { source: before + by + after };
}

/** The tests that the page names for a rule: their files, below the root, by their titles. */
export async function requirementTests(rule: string): Promise<ReadonlyMap<string, string>> {
  const page = await readFile(join(ROOT, "docs/requirements.md"), "utf8");
  const [, requirement = ""] = page.split(`**${rule}**`);
  const [own = ""] = requirement.split(/\n(?=\*\*§|## )/, 1);
  const links = own.matchAll(/\[([^\]]+)\]\(\.\.\/([\w./-]+\.ts)\)/g);
  return new Map([...links].map(([, title = "", file = ""]) => [title, file]));
}
