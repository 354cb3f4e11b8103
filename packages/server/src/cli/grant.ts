import type { Command } from "commander";
import { wholeNumber } from "./option-values.ts";
import { examples } from "./examples.ts";
import type { ExplainOptions } from "./grant-explain.ts";
import type { IssueOptions } from "./grant-issue.ts";
import { list, revoke, show } from "./grant-rows.ts";

/** Adds `regrant grant …`. */
export function addGrantCommands(program: Command): void {
  const group = program
    .command("grant")
    .description("the grants: one client's authorizations for one subject");
  addIssue(group);
  addList(group);
  addExplain(group);
  group
    .command("show")
    .argument("<grant-id>")
    .description("show a grant's row")
    .option("--json", "print JSON")
    .addHelpText("after", examples("npx regrant grant show 01a2062f-8057-775b-89e3-0fa650ea1491"))
    .action(show);
  group
    .command("revoke")
    .argument("<grant-id>")
    .description("end a grant: its refresh token is refused from now on")
    .option("--json", "print JSON")
    .addHelpText("after", examples("npx regrant grant revoke 01a2062f-8057-775b-89e3-0fa650ea1491"))
    .action(revoke);
}

function addIssue(group: Command): void {
  group
    .command("issue")
    .description("make a grant and print its first tokens, as the token endpoint answers them")
    .requiredOption("--client <id>", "the client that will refresh it")
    .requiredOption(
      "--subject <subject>",
      "whom the access is for: an account's subject, or any name of your own",
    )
    .option("--scope <scopes>", "the scopes, separated by spaces (all of the client's unless given)")
    .option("--count <n>", "make so many grants and print each as one line of JSON", wholeNumber)
    .option("--json", "print JSON")
    .addHelpText(
      "after",
      examples(
        'npx regrant grant issue --client 7d0c… --subject 1f9a… --scope "read write" --json',
        "npx regrant grant issue --client 7d0c… --subject load-test --count 100000 > grants.jsonl",
      ),
    )
    .action(async (options: IssueOptions, command: Command) => {
      const { issue } = await import("./grant-issue.ts");
      await issue(options, command);
    });
}

function addList(group: Command): void {
  group
    .command("list")
    .description("list grants, the oldest first")
    .option("--client <id>", "of this client only")
    .option("--subject <subject>", "for this subject only")
    .option("--limit <n>", "at most so many", wholeNumber, 100)
    .option("--after <grant-id>", "go on after this one")
    .option("--json", "print JSON, a grant a line")
    .addHelpText(
      "after",
      examples(
        "npx regrant grant list --subject 1f9a…",
        "npx regrant grant list --client 7d0c… --limit 1000 --json",
      ),
    )
    .action(list);
}

function addExplain(group: Command): void {
  group
    .command("explain")
    .argument("<grant-id>", "the grant, or - to read one of its refresh tokens from standard input")
    .description("say what happened to a session, and why it ended or until when it lives")
    .option("--json", "print JSON")
    .addHelpText(
      "after",
      `
With a refresh token it also says what that token would be answered now, and why; it changes nothing. A token is
never an argument, because other users of the machine can see those.`,
    )
    .addHelpText(
      "after",
      examples(
        "npx regrant grant explain 01a2062f-8057-775b-89e3-0fa650ea1491",
        "npx regrant grant explain - < token.txt",
      ),
    )
    .action(async (id: string, options: ExplainOptions, command: Command) => {
      const { explain } = await import("./grant-explain.ts");
      await explain(id, options, command);
    });
}
