import { CliError } from "./cli-error.ts";
import { readSecretFromStdin } from "./password-input.ts";

/**
 * Reads how a command names a grant: its id, or `-` for one of its refresh tokens on standard input.
 *
 * @throws CliError a refresh token was passed as an argument
 */
export async function readGrantArgument(argument: string): Promise<{ id: string } | { token: string }> {
  rejectTokenArgument(argument);
  return argument === "-" ? { token: (await readSecretFromStdin()).trim() } : { id: argument };
}

/**
 * Refuses a refresh token as an argument: other users can see it, and it is in the shell's history.
 *
 * @throws CliError, which does not repeat the token
 */
export function rejectTokenArgument(argument: string): void {
  if (!/^(?:rgr_|def50200)/i.test(argument)) return;
  const hint =
    "npx regrant grant explain - reads it from standard input; treat this token as exposed and revoke its grant";
  throw new CliError("do not pass a refresh token as an argument: other users can see it", hint, 2);
}
