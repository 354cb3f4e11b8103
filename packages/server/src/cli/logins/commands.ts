import { InvalidArgumentError, Option } from "commander";
import type { Command } from "commander";
import { LOGIN_VARIABLES } from "../../config/login-variables.ts";
import { wholeNumber } from "../option-values.ts";
import { examples } from "../program.ts";
import { CliError } from "../cli-error.ts";
import { parseAccountName } from "./home.ts";
import { CLIENT_AUTHS, GRANTS } from "./login-file.ts";
import type { LoginOptions } from "./login-options.ts";
import type { LogoutOptions } from "./logout.ts";
import type { TokenOptions } from "./token.ts";

/** Commands for users of an API. They open no database and load no code of the service. */
export const LOGIN_COMMANDS: ReadonlySet<string> = new Set(["login", "logins", "token", "logout"]);

const EXIT_CODES = `
Exit codes:
  0   done
  1   no session, or it has ended: log in
  2   invalid usage or configuration: correct it
  75  temporarily unavailable (server not responding, or another refresh in progress): try again later`;

const EXEC_CODES = `
With --exec: the exit code of the command; 127 if it is not found, 126 if it cannot be run.`;

/** Adds `regrant login`, `token`, `logout` and `logins`, also called `login list`; their code is loaded when they run. */
export function addLoginCommands(program: Command): void {
  // The program's global flags are settings of the service, which these commands do not use.
  const add = (name: string) =>
    program
      .command(name)
      .configureHelp({ showGlobalOptions: false })
      .helpGroup("Commands for users of an API:");
  const login = add("login");
  addLogin(login);
  addLogins(login.command("list").configureHelp({ showGlobalOptions: false }), "login list");
  addToken(add("token"));
  addLogout(add("logout"));
  addLogins(add("logins"), "logins");
}

function addLogin(command: Command): void {
  command
    .description("log in to any OAuth server and store the tokens under a name")
    .addOption(accountOption())
    .option(
      "--issuer <url>",
      "issuer of the authorization server; its metadata provides the endpoints (RFC 8414)",
    )
    .option("--token-endpoint <url>", "token endpoint, for a server without metadata")
    .option(
      "--revocation-endpoint <url>",
      "revocation endpoint, for logout (RFC 7009; default: from the metadata)",
    )
    .option("--allow-http", "accept endpoints with http, in a closed network: secrets are not encrypted")
    .option("--client-id <id>", "id of the client at the server")
    .addOption(
      new Option(
        "--client-auth <method>",
        "client authentication (default: from the metadata, else basic)",
      ).choices(CLIENT_AUTHS),
    )
    .addOption(
      new Option("--grant <type>", "grant type of the login; refresh_token uses one that you have").choices(
        GRANTS,
      ),
    )
    .option("--username <name>", "username, with --grant password")
    .option("--scope <scope>", "scopes to request, separated by spaces (default: chosen by the server)")
    .option("--dpop", "bind the tokens to a key, which is stored with the login (RFC 9449)")
    .option("--secrets-stdin", "read the secrets from standard input, one per line, instead of prompting")
    .option("--json", "print JSON")
    .addHelpText(
      "after",
      `
Secrets are prompted for without echo, or read from standard input, in this order: the client secret, then the password
or the refresh token. The client secret and the tokens are stored in files that only you can read, in
${LOGIN_VARIABLES.home} or your configuration directory; the password is not stored. With --account alone, a stored login
is renewed: only its password, refresh token or client secret is read. With the options of a new login, a damaged one is
replaced. HTTPS_PROXY and NO_PROXY are used.
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
      // --issuer is also a global flag of the service: with all commands registered, the program receives its value.
      await login(command.optsWithGlobals<LoginOptions>());
    });
}

function addToken(command: Command): void {
  addRequestOptions(command)
    .description("print a valid access token, refreshed if necessary")
    .argument("[command...]", "command to run, with --exec")
    .addOption(accountOption())
    .option("--header", "print the request header: Authorization: Bearer …")
    .addOption(
      new Option("--json", "print JSON, with the token, its expiry and when the session ends").conflicts(
        "header",
      ),
    )
    .addOption(
      new Option("--exec", "run the command after -- with the token in its environment").conflicts([
        "header",
        "json",
      ]),
    )
    .option(
      "--env <name>",
      `environment variable for --exec (default ${LOGIN_VARIABLES.accessToken})`,
      variableName,
    )
    .option(
      "--min-validity <s>",
      "minimum remaining validity, s; capped at half of the lifetime (default 0)",
      wholeNumber,
    )
    .option("--force", "refresh the token even if it is still valid")
    .addOption(
      new Option(
        "--status",
        "print when the token and the session end, and no token; sends no request",
      ).conflicts(["header", "exec", "minValidity", "force", "rejected"]),
    )
    .addOption(
      new Option(
        "--why",
        "print what the server says became of the refresh token, and no token (Regrant servers)",
      ).conflicts(["header", "exec", "minValidity", "force", "rejected", "status"]),
    )
    .addOption(
      new Option("--rejected", "replace the token on standard input, which an API rejected").conflicts([
        "exec",
        "force",
      ]),
    )
    .addHelpText("after", EXIT_CODES + EXEC_CODES)
    .addHelpText(
      "after",
      examples(
        "npx regrant token --header | curl -H @- https://api.example.com/orders",
        "npx regrant token --url https://api.example.com/orders | curl -H @- https://api.example.com/orders",
        "npx regrant token --account shop --json",
        "npx regrant token --account shop --status",
        "npx regrant token --account shop --why",
        "npx regrant token --min-validity 600 --exec -- ./nightly-export.sh",
      ),
    )
    .action(async (args: string[], options: TokenOptions) => {
      const { token } = await import("./token.ts");
      await token(args, options);
    });
}

/** For tokens that are bound to a key. */
function addRequestOptions(command: Command): Command {
  return command
    .addOption(
      new Option(
        "--url <url>",
        "print the headers of one request to this URL, with a DPoP proof if the token is bound to a key",
      ).conflicts(["exec", "status", "why"]),
    )
    .option("--method <method>", "method of that request (default GET)")
    .option("--nonce <nonce>", "nonce for its proof: DPoP-Nonce of the API's last response")
    .option("--dpop", "bind the login's tokens to a key from their next refresh on (RFC 9449)");
}

function addLogout(command: Command): void {
  command
    .description("revoke the tokens of a login and remove it")
    .addOption(accountOption())
    .option("--all", "log out of all logins")
    .addHelpText(
      "after",
      `
The login is removed locally in any case, also if it is damaged. If its tokens cannot be revoked, an error is printed and
the exit code is 1.`,
    )
    .addHelpText("after", examples("npx regrant logout --account shop", "npx regrant logout --all"))
    .action(async (options: LogoutOptions, command: Command) => {
      const isNamed = command.getOptionValueSource("account") === "cli";
      if (options.all && isNamed) throw new CliError("--all and --account cannot be combined", undefined, 2);
      const { logout } = await import("./logout.ts");
      await logout(options);
    });
}

function addLogins(command: Command, name: string): void {
  command
    .description("list the logins and their state; sends no request")
    .option("--json", "print JSON, one login per line")
    .addHelpText("after", examples(`npx regrant ${name}`))
    .action(async (options: { json?: true }) => {
      const { logins } = await import("./logins.ts");
      await logins(options);
    });
}

/** The name of a login, by default from the environment, else `default`. */
function accountOption(): Option {
  return new Option("--account <name>", "name of the login")
    .env(LOGIN_VARIABLES.account)
    .default("default")
    .argParser(parseAccountName);
}

/** Parses the name of an environment variable, as POSIX allows it. */
function variableName(text: string): string {
  if (/^[A-Za-z_][A-Za-z0-9_]*$/.test(text)) return text;
  throw new InvalidArgumentError("It must be a variable name: letters, digits and underscores.");
}
