import { Option } from "commander";
import type { Command } from "commander";
import { LONGEST } from "../admin/admin-error.ts";
import { instantOrAge, wholeNumber, wholeNumberWithin } from "./option-values.ts";
import { examples } from "./program.ts";
import type { IssueOptions } from "./grant-issue.ts";

/** Loaded when a command runs: the code that opens and issues tokens takes long to load. */
const commands = () => import("./grant-commands.ts");
type Commands = Awaited<ReturnType<typeof commands>>;

const GRANT_STATES = ["active", "expired", "revoked"];

/** Adds `regrant grant …`. */
export function addGrantCommands(program: Command): void {
  const group = program
    .command("grant")
    .description("manage grants: each authorizes one client for one subject")
    .addHelpText(
      "after",
      examples(
        "npx regrant grant explain ada@example.com",
        "npx regrant grant list --username ada@example.com --state active",
        "npx regrant grant revoke --subject 1f9a…",
      ),
    );
  addIssue(group);
  addList(group);
  addExplain(group);
  group
    .command("show")
    .argument("<grant-id>", "the grant's id")
    .description("show a grant")
    .option("--json", "print JSON")
    .addHelpText("after", examples("npx regrant grant show 01a2062f-8057-775b-89e3-0fa650ea1491"))
    .action(async (...args: Parameters<Commands["show"]>) => (await commands()).show(...args));
  addExtend(group);
  addRevoke(group);
}

/** `grant issue`. The flags and the printed members are an interface for scripts; see `grant-issue.ts`. */
function addIssue(group: Command): void {
  group
    .command("issue")
    .description("issue a grant and print its first tokens, as the token endpoint would return them")
    .requiredOption("--client <id>", "the client that will refresh it")
    .requiredOption("--subject <subject>", "an account's subject, or any identifier of your own")
    .option("--scope <scopes>", "scopes, separated by spaces (default: all that the client may have)")
    .option("--count <n>", "issue this many grants and print each as one line of JSON", wholeNumber)
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

/** `grant list`. Ids begin with the time of creation, so their order is that of creation. */
function addList(group: Command): void {
  group
    .command("list")
    .description("list grants, oldest first")
    .option("--client <id>", "only grants of this client")
    .option("--subject <subject>", "only grants for this subject")
    .option("--username <name>", "only grants for this account")
    .addOption(new Option("--state <state>", "only grants in this state").choices(GRANT_STATES))
    .option(
      "--ending-within <days>",
      "only active grants whose absolute lifetime ends within this many days: refreshing does not save them",
      wholeNumberWithin(1, LONGEST / 86_400),
    )
    .option("--limit <n>", "list at most this many grants", wholeNumberWithin(1, 1000), 100)
    .option("--after <cursor>", "start after this grant, or where the list before stopped")
    .option("--json", "print JSON, one grant a line")
    .addHelpText(
      "after",
      examples(
        "npx regrant grant list --username ada@example.com --state active",
        "npx regrant grant list --client 7d0c… --limit 1000 --json",
        "npx regrant grant list --ending-within 30",
      ),
    )
    .action(async (...args: Parameters<Commands["list"]>) => (await commands()).list(...args));
}

/** `grant extend`. */
function addExtend(group: Command): void {
  group
    .command("extend")
    .argument("<grant-id>", "the grant's id, or - to read one of its refresh tokens from standard input")
    .description("extend the absolute lifetime of an active grant, without a new sign-in at its client")
    .requiredOption("--by <s>", "how much later the grant is to end, s", wholeNumberWithin(1, LONGEST))
    .option("--json", "print JSON")
    .addHelpText(
      "after",
      `
The idle lifetime stays: a grant that is not refreshed expires all the same. A grant that has expired or was revoked is
not revived: a new sign-in is needed. Users extend their own grants on the page /oauth/applications.`,
    )
    .addHelpText(
      "after",
      examples("npx regrant grant extend 01a2062f-8057-775b-89e3-0fa650ea1491 --by 31536000"),
    )
    .action(async (...args: Parameters<Commands["extend"]>) => (await commands()).extend(...args));
}

function addExplain(group: Command): void {
  group
    .command("explain")
    .argument(
      "[grant]",
      "the grant's id, a username, a subject, or - to read a refresh token from standard input",
    )
    .description("explain what happened to a grant: why it is not active, or when it expires")
    .option("--username <name>", "explain the grants of this account")
    .option("--json", "print JSON")
    .addHelpText(
      "after",
      `
Of a user with several grants it prints the conclusion of each, the newest first.
Given a refresh token, it also says what a refresh with it would return now, and why. It changes nothing. Never pass a
token as an argument: other users of this machine can see arguments.`,
    )
    .addHelpText(
      "after",
      examples(
        "npx regrant grant explain 01a2062f-8057-775b-89e3-0fa650ea1491",
        "npx regrant grant explain ada@example.com",
        "npx regrant grant explain - < token.txt",
      ),
    )
    .action(async (...args: Parameters<ExplainCommand>) => {
      const { explain } = await import("./grant-explain.ts");
      await explain(...args);
    });
}

/** `grant revoke`. The printed member `revoked` is an interface for scripts. */
function addRevoke(group: Command): void {
  group
    .command("revoke")
    .argument("[grant-id]", "the grant's id")
    .description("revoke a grant, or all of a subject or a client: their tokens are refused from now on")
    .option("--subject <subject>", "all grants of this subject, which is also signed out of every browser")
    .option("--client <id>", "all grants of this client; with --subject, those that the subject gave it")
    .option(
      "--before <when>",
      "only grants created before then: a date in UTC, a time with its offset, or an age (90s, 30min, 12h, 7d)",
      instantOrAge,
    )
    .option("--json", "print JSON")
    .addHelpText("after", ABOUT_REVOKING_ALL)
    .addHelpText(
      "after",
      examples(
        "npx regrant grant revoke 01a2062f-8057-775b-89e3-0fa650ea1491",
        "npx regrant grant revoke --subject 1f9a…",
        "npx regrant grant revoke --client 7d0c… --before 2026-07-01T09:30:00Z --json",
      ),
    )
    .action(async (...args: Parameters<RevokeCommand>) => {
      const { revoke } = await import("./grant-revoke.ts");
      await revoke(...args);
    });
}

type ExplainCommand = (typeof import("./grant-explain.ts"))["explain"];
type RevokeCommand = (typeof import("./grant-revoke.ts"))["revoke"];

const ABOUT_REVOKING_ALL = `
With --subject or --client it revokes every grant that existed when the command began, in batches beside the service.
Interrupted, it says how many were revoked; run it again for the rest. Authorization codes and approved device codes that
match expire too.

--subject alone also signs the subject out of every browser, so that none gets a new grant without a new sign-in. It
does not change the password (npx regrant account set-password does).

--client leaves the client enabled: it may get new grants at once, also from a signed-in browser (npx regrant client disable
refuses it).`;
