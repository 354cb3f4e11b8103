import { CliError } from "./cli-error.ts";
import { readSecretFromStdin } from "./password-input.ts";

/**
 * A grant as a command names it: its id, or `-` for one of its refresh tokens on standard input.
 *
 * @throws CliError a refresh token was given as an argument
 */
export async function readGrantArgument(argument: string): Promise<{ id: string } | { token: string }> {
  rejectTokenArgument(argument);
  return argument === "-" ? { token: (await readSecretFromStdin()).trim() } : { id: argument };
}

/** @throws CliError the argument is a refresh token, which is not repeated */
export function rejectTokenArgument(argument: string): void {
  if (!/^(?:rgr_|def50200)/i.test(argument)) return;
  const hint =
    "npx regrant grant explain - reads it from standard input; treat this token as exposed and revoke its grant";
  throw new CliError("a refresh token is not given as an argument: other users can see those", hint, 2);
}
