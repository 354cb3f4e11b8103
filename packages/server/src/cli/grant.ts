import type { Command } from "commander";
import { wholeNumber } from "./client-options.ts";
import type { IssueOptions } from "./grant-issue.ts";

/** Adds `regrant grant …`. */
export function addGrantCommands(program: Command): void {
  const group = program
    .command("grant")
    .description("the grants: one client's authorizations for one subject");
  addIssue(group);
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
      `
Examples:
  regrant grant issue --client 7d0c… --subject 1f9a… --scope "read write" --json
  regrant grant issue --client 7d0c… --subject load-test --count 100000 > grants.jsonl`,
    )
    .action(async (options: IssueOptions, command: Command) => {
      const { issue } = await import("./grant-issue.ts");
      await issue(options, command);
    });
}
