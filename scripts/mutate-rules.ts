import { parseArgs } from "node:util";
import { applied, requirementTests } from "./mutations/apply.ts";
import type { RuleMutation } from "./mutations/apply.ts";
import { CLIENT_MUTATIONS } from "./mutations/clients.ts";
import { PAGE_MUTATIONS } from "./mutations/pages.ts";
import { BINDING_MUTATIONS } from "./mutations/bindings.ts";
import { REQUEST_MUTATIONS } from "./mutations/requests.ts";
import { TOKEN_ENDPOINT_MUTATIONS } from "./mutations/token-endpoint.ts";
import { TOKEN_MUTATIONS } from "./mutations/tokens.ts";
import { MutatedTree } from "./mutations/tree.ts";
import type { Verdict } from "./mutations/tree.ts";

// Whether the tests of docs/requirements.md fail when the rule that they hold is broken.

const HELP = `Usage: npm run --silent mutate -- [--only TEXT] [--jobs N] [--list]

Breaks the rules of docs/requirements.md one by one, each in a temporary copy of the sources, and runs the test that
the page names for the rule. The test must fail: the mutation is killed. The table goes to stdout, in Markdown;
progress goes to stderr. The whole takes some minutes. Exits with 1 if a mutation survives or cannot be judged.

  killed          the test fails, and passes without the mutation
  survived        the test passes: it does not hold the rule
  does not apply  the sources have changed, or the page does not name the test for the rule

  --only TEXT  only mutations whose rule, file or test has this text
  --jobs N     so many tests at once, 1 to 16 (default: 2)
  --list       only check that each mutation applies`;

const OPTIONS = {
  only: { type: "string", default: "" },
  jobs: { type: "string", default: "2" },
  list: { type: "boolean", default: false },
  help: { type: "boolean", short: "h", default: false },
} as const;

const MUTATIONS: readonly RuleMutation[] = [
  ...REQUEST_MUTATIONS,
  ...TOKEN_MUTATIONS,
  ...CLIENT_MUTATIONS,
  ...PAGE_MUTATIONS,
  ...TOKEN_ENDPOINT_MUTATIONS,
  ...BINDING_MUTATIONS,
];

interface Judged {
  mutation: RuleMutation;
  verdict: Verdict;
}

/** Judges one mutation. `tree` is undefined where it is only checked that it applies. */
async function judge(mutation: RuleMutation, tree: MutatedTree | undefined): Promise<Verdict> {
  const { source, fault } = await applied(mutation);
  if (source === undefined) return `does not apply: ${fault}`;
  const tests = await requirementTests(mutation.rule);
  const file = tests.get(mutation.test);
  if (file === undefined) return "does not apply: docs/requirements.md does not name the test for the rule";
  return tree === undefined ? "applies" : tree.judge(mutation, source, file);
}

/** Judges all mutations, `jobs` at once, each job in its own copy. */
async function judgeAll(
  mutations: readonly RuleMutation[],
  jobs: number,
  isListed: boolean,
): Promise<Judged[]> {
  const judged: Judged[] = [];
  const queue = mutations.entries();
  async function work(): Promise<void> {
    await using tree = isListed ? undefined : await MutatedTree.create();
    for (const [index, mutation] of queue) {
      const verdict = await judge(mutation, tree);
      judged[index] = { mutation, verdict };
      console.error(`${index + 1}/${mutations.length} ${verdict}: ${mutation.rule}, ${change(mutation)}`);
    }
  }
  await Promise.all(Array.from({ length: jobs }, work));
  return judged;
}

function change({ replace, by }: RuleMutation): string {
  const oneLine = (text: string) => text.replaceAll(/\s+/g, " ");
  return `\`${oneLine(replace)}\` → ${by === "" ? "nothing" : `\`${oneLine(by)}\``}`;
}

function table(judged: readonly Judged[]): string {
  const rows = judged.map(({ mutation, verdict }) => {
    const cells = [mutation.rule, `${mutation.file}: ${change(mutation)}`, mutation.test, verdict];
    return `| ${cells.map((cell) => cell.replaceAll("|", "\\|")).join(" | ")} |`;
  });
  return ["| Rule | Mutation | Test | Verdict |", "| --- | --- | --- | --- |", ...rows].join("\n");
}

async function run(): Promise<void> {
  const { values } = parseArgs({ options: OPTIONS });
  if (values.help) {
    console.log(HELP);
    return;
  }
  const jobs = Number(values.jobs);
  if (!Number.isInteger(jobs) || jobs < 1 || jobs > 16)
    throw new Error("--jobs must be an integer from 1 to 16");
  const mutations = MUTATIONS.filter(({ rule, file, test }) =>
    [rule, file, test].some((text) => text.includes(values.only)),
  );
  if (mutations.length === 0) throw new Error("--only matches no mutation");
  const judged = await judgeAll(mutations, jobs, values.list);
  console.log(table(judged));
  const good = judged.filter(({ verdict }) => verdict === "killed" || verdict === "applies").length;
  console.error(`${good} of ${judged.length} ${values.list ? "apply" : "killed"}`);
  if (good < judged.length) process.exitCode = 1;
}

try {
  await run();
} catch (error) {
  console.error(error instanceof Error ? error.message : error);
  process.exitCode = 2;
}
