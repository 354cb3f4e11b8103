import { readdirSync } from "node:fs";
import { join } from "node:path";
import { CliError } from "../cli-error.ts";
import type { LoginsHome } from "./home.ts";
import { fileFault, readPrivateFile, removePrivateFile, writePrivateFile } from "./private-file.ts";

export const GRANTS = ["password", "client_credentials", "refresh_token"] as const;
export const CLIENT_AUTHS = ["basic", "post", "none"] as const;

/** How the first tokens of a login come: `refresh_token` adopts one that was issued elsewhere. */
export type LoginGrant = (typeof GRANTS)[number];
/** How the client authenticates (RFC 6749 §2.3.1): by HTTP Basic, in the form, or not at all. */
export type LoginClientAuth = (typeof CLIENT_AUTHS)[number];

/** All that a login needs to go on, but its tokens. */
export interface Login {
  readonly grant: LoginGrant;
  readonly tokenEndpoint: string;
  readonly clientId: string;
  readonly clientAuth: LoginClientAuth;
  /** Undefined: a public client. */
  readonly clientSecret?: string | undefined;
  /** The authorization server whose metadata named the endpoints. */
  readonly issuer?: string | undefined;
  /** Where tokens are revoked (RFC 7009). */
  readonly revocationEndpoint?: string | undefined;
  /** Asked for, space-separated. */
  readonly scope?: string | undefined;
  readonly username?: string | undefined;
}

const SCHEMA = 1;
const ENDING = ".json";

/**
 * The login of this name; undefined: there is none.
 *
 * @throws {CliError} its file cannot be used; it is left as it is
 */
export function readLogin(home: LoginsHome, account: string): Login | undefined {
  const path = fileOf(home, account);
  const text = readPrivateFile(path);
  return text === undefined ? undefined : parseLogin(text, path);
}

/** Writes a login's file, in the place of an earlier one. */
export function writeLogin(home: LoginsHome, account: string, login: Login): void {
  writePrivateFile(fileOf(home, account), `${JSON.stringify({ schema: SCHEMA, ...login }, null, 2)}\n`);
}

export function removeLogin(home: LoginsHome, account: string): void {
  removePrivateFile(fileOf(home, account));
}

/** The names of all logins, in order. */
export function listLogins(home: LoginsHome): string[] {
  try {
    const files = readdirSync(home.logins).filter((name) => name.endsWith(ENDING) && !name.startsWith("."));
    return files.map((name) => name.slice(0, -ENDING.length)).toSorted();
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === "ENOENT") return [];
    throw fileFault(error, home.logins, "read");
  }
}

function fileOf(home: LoginsHome, account: string): string {
  return join(home.logins, account + ENDING);
}

function parseLogin(text: string, path: string): Login {
  const fields = parseObject(text);
  if (fields === undefined) throw damaged(path, "it is no JSON object");
  if (typeof fields["schema"] === "number" && fields["schema"] > SCHEMA) {
    throw new CliError(`${path} was written by a newer regrant`, "use that one, or the same version", 2);
  }
  if (fields["schema"] !== SCHEMA) throw damaged(path, "its schema is missing");
  const missing = faultyField(fields);
  if (missing !== undefined) throw damaged(path, `its ${missing} cannot be used`);
  // Each field was looked at, just now.
  return fields as unknown as Login;
}

function parseObject(text: string): Record<string, unknown> | undefined {
  try {
    const value: unknown = JSON.parse(text);
    if (typeof value !== "object" || value === null || Array.isArray(value)) return undefined;
    return value as Record<string, unknown>;
  } catch {
    return undefined;
  }
}

/** The first field that is not what `Login` says of it. */
function faultyField(fields: Record<string, unknown>): string | undefined {
  const isText = (name: string) => typeof fields[name] === "string" && fields[name] !== "";
  const isChoice = (name: string, choices: readonly string[]) => choices.includes(String(fields[name]));
  const optional = ["clientSecret", "issuer", "revocationEndpoint", "scope", "username"];
  if (!isChoice("grant", GRANTS)) return "grant";
  if (!isChoice("clientAuth", CLIENT_AUTHS)) return "clientAuth";
  const required = ["tokenEndpoint", "clientId"].find((name) => !isText(name));
  return required ?? optional.find((name) => fields[name] !== undefined && !isText(name));
}

function damaged(path: string, reason: string): CliError {
  const hint = "mend it from a backup, or remove it and log in again";
  return new CliError(`${path} is damaged: ${reason}. It was left as it is`, hint, 2);
}
