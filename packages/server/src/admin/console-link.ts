import { hash, randomBytes } from "node:crypto";
import type { Store } from "../store/store.ts";
import { findAccount } from "./accounts.ts";
import type { AccountParts } from "./accounts.ts";
import { AdminError } from "./admin-error.ts";

/** Path of the console below the issuer. */
export const CONSOLE_PATH = "/console";

/** How long a one-time link works, s. */
const LINK_TTL = 600;

/** The digest under which the store has a session of the console, or a link to one; a sign-in's at the pages is another. */
export function consoleDigest(kind: "session" | "link", value: string): Buffer {
  return hash("sha256", `console ${kind} ${value}`, "buffer");
}

/**
 * Makes a one-time link that signs an operator in at the console within ten minutes.
 *
 * @param name the account's subject or username
 * @returns the code, which follows `#` in the link and is not stored
 * @throws AdminError `not_found`; `not_allowed`: the account is disabled, or not an operator
 */
export async function createConsoleLink(
  parts: AccountParts & { store: Pick<Store, "signIns"> },
  name: string,
  actor: string,
): Promise<{ code: string; expiresAt: number }> {
  const { subject, username } = await findAccount(parts, name);
  const code = randomBytes(32).toString("base64url");
  const started = await parts.store.signIns.startOperator({
    digest: consoleDigest("link", code),
    subject,
    name: username,
    ttl: LINK_TTL,
    replaces: null,
    as: "link",
    actor,
  });
  if (started.outcome === "started") return { code, expiresAt: started.signIn.expiresAt };
  const isDisabled = started.outcome === "account_disabled";
  throw new AdminError("not_allowed", `the account ${isDisabled ? "is disabled" : "is not an operator"}`, {
    hint: isDisabled ? "npx regrant account enable" : "npx regrant account set-operator makes it one",
  });
}

/** The link itself. The code is after `#`, so that no server, proxy or log gets it. */
export function consoleLink(origin: string, code: string): string {
  return `${origin}${CONSOLE_PATH}/link#${code}`;
}
