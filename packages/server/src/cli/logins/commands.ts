import { InvalidArgumentError, Option } from "commander";
import type { Command } from "commander";
import { LOGIN_VARIABLES } from "../../config/login-variables.ts";
import { wholeNumber } from "../option-values.ts";
import { examples } from "../examples.ts";
import { CliError } from "../cli-error.ts";
import { endpointUrl } from "./endpoint.ts";
import { accountName } from "./home.ts";
import type { LoginOptions } from "./login.ts";
import { CLIENT_AUTHS, GRANTS } from "./login-file.ts";
import type { LogoutOptions } from "./logout.ts";
import type { TokenOptions } from "./token.ts";

/** The commands of whoever uses an API. They open no database, and load nothing of the service. */
export const LOGIN_COMMANDS: ReadonlySet<string> = new Set(["login", "logins", "token", "logout"]);

const EXIT_CODES = `
Exit codes:
  0   done
  1   there is no session, or it is over: log in
  2   wrong usage, or settings that somebody must mend
  75  not to be had just now (the server does not answer, or another command is asking it): try again later`;

const EXEC_CODES = `
With --exec, the command's own exit code, or 127 if it is not found, 126 if it cannot be run.`;

/** Adds `regrant login`, `token`, `logout` and `logins`. What they do is loaded when they run. */
export function addLoginCommands(program: Command): void {
  // The service's own settings, which the program's flags are, mean nothing to them.
  const add = (name: string) =>
    program
      .command(name)
      .configureHelp({ showGlobalOptions: false })
      .helpGroup("Commands for users of an API:");
  addLogin(add("login"));
  addToken(add("token"));
  addLogout(add("logout"));
  addLogins(add("logins"));
}

function addLogin(command: Command): void {
  command
    .description("get first tokens from any OAuth server and keep them fresh under a name")
    .addOption(accountOption())
    .option("--issuer <url>", "the authorization server; its metadata name the endpoints (RFC 8414)")
    .option("--token-endpoint <url>", "the token endpoint, of a server without metadata", endpointUrl)
    .option("--revocation-endpoint <url>", "where logout revokes (RFC 7009)", endpointUrl)
    .option("--client-id <id>", "the client that the server knows")
    .addOption(
      new Option(
        "--client-auth <way>",
        "how the client proves itself (basic, or what the metadata say)",
      ).choices(CLIENT_AUTHS),
    )
    .addOption(
      new Option("--grant <type>", "where the tokens come from; refresh_token adopts one you have").choices(
        GRANTS,
      ),
    )
    .option("--username <name>", "with --grant password")
    .option("--scope <scope>", "what to ask for, separated by spaces")
    .option("--secrets-stdin", "read the secrets from standard input, a line each, instead of asking")
    .option("--json", "print JSON")
    .addHelpText(
      "after",
      `
The secrets are asked for without echo, or read from standard input, in this order: the client's secret, then the
password or the refresh token. They and the tokens are kept in files that only you may read, in ${LOGIN_VARIABLES.home} or
your configuration directory; a password is not kept. Where nothing but the name of a login is given, that login is
made once more: only its password, its refresh token, or the client's secret is asked for.
${EXIT_CODES}`,
    )
    .addHelpText(
      "after",
      examples(
        'npx regrant login --issuer https://auth.example.com --client-id "$ID" --grant client_credentials',
        "npx regrant login --account shop --token-endpoint https://apiv2.keliweb.it/oauth/token \\",
        '    --client-auth post --client-id "$ID" --grant password --username ada@example.com',
        'printf "%s\\n" "$SECRET" "$REFRESH_TOKEN" | npx regrant login --issuer https://auth.example.com \\',
        '    --client-id "$ID" --grant refresh_token --secrets-stdin',
      ),
    )
    .action(async (_options: unknown, command: Command) => {
      const { login } = await import("./login.ts");
      // --issuer is a flag of the service's commands too, whose value the program takes when it registers all of them.
      await login(command.optsWithGlobals<LoginOptions>());
    });
}

function addToken(command: Command): void {
  command
    .description("print an access token that works, refreshed if need be")
    .argument("[command...]", "with --exec")
    .addOption(accountOption())
    .option("--header", "print the header that carries it: Authorization: Bearer …")
    .addOption(new Option("--json", "print JSON: the token and when it ends").conflicts("header"))
    .addOption(
      new Option("--exec", "run the command after -- with the token in its environment").conflicts([
        "header",
        "json",
      ]),
    )
    .option("--env <name>", `with --exec, the variable (${LOGIN_VARIABLES.accessToken})`, variableName)
    .option(
      "--min-validity <s>",
      "for how long it must work at least, s; half of its lifetime is the most",
      wholeNumber,
    )
    .option("--force", "refresh it, however long it would work")
    .addOption(
      new Option("--rejected", "replace the token on standard input, which an API refused").conflicts([
        "exec",
        "force",
      ]),
    )
    .addHelpText("after", EXIT_CODES + EXEC_CODES)
    .addHelpText(
      "after",
      examples(
        "npx regrant token --header | curl -H @- https://api.example.com/orders",
        "npx regrant token --account shop --json",
        "npx regrant token --min-validity 600 --exec -- ./nightly-export.sh",
      ),
    )
    .action(async (words: string[], options: TokenOptions) => {
      const { token } = await import("./token.ts");
      await token(words, options);
    });
}

function addLogout(command: Command): void {
  command
    .description("revoke a login's tokens and remove it")
    .addOption(accountOption())
    .option("--all", "all logins")
    .addHelpText(
      "after",
      `
The login is removed here in any case. When the server could not be told, that is said, and the exit code is 1.`,
    )
    .addHelpText("after", examples("npx regrant logout --account shop", "npx regrant logout --all"))
    .action(async (options: LogoutOptions, command: Command) => {
      const isNamed = command.getOptionValueSource("account") === "cli";
      if (options.all && isNamed) throw new CliError("--all and --account do not go together", undefined, 2);
      const { logout } = await import("./logout.ts");
      await logout(options);
    });
}

function addLogins(command: Command): void {
  command
    .description("list the logins and how they are; asks no server")
    .option("--json", "print JSON, a login a line")
    .addHelpText("after", examples("npx regrant logins"))
    .action(async (options: { json?: true }) => {
      const { logins } = await import("./logins.ts");
      await logins(options);
    });
}

function accountOption(): Option {
  return new Option("--account <name>", "the login's name")
    .env(LOGIN_VARIABLES.account)
    .default("default")
    .argParser(accountName);
}

function variableName(text: string): string {
  if (/^[A-Za-z_][A-Za-z0-9_]*$/.test(text)) return text;
  throw new InvalidArgumentError("It must be a variable's name: letters, digits and underscores.");
}
