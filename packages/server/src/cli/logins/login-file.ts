import { readdirSync } from "node:fs";
import { join } from "node:path";
import { CliError } from "../cli-error.ts";
import type { LoginsHome } from "./home.ts";
import { fileError, readPrivateFile, removePrivateFile, writePrivateFile } from "./private-file.ts";

export const GRANTS = ["password", "client_credentials", "refresh_token"] as const;
export const CLIENT_AUTHS = ["basic", "post", "none"] as const;

/** The grant type of the first tokens; `refresh_token`: with one that was issued elsewhere. */
export type LoginGrant = (typeof GRANTS)[number];
/** Client authentication (RFC 6749 §2.3.1): HTTP Basic, in the form, or none. */
export type LoginClientAuth = (typeof CLIENT_AUTHS)[number];

/** A stored login, without its tokens. */
export interface Login {
  readonly grant: LoginGrant;
  /** https, or http on a loopback address. */
  readonly tokenEndpoint: string;
  readonly clientId: string;
  readonly clientAuth: LoginClientAuth;
  /** undefined: a public client. */
  readonly clientSecret?: string | undefined;
  /** The issuer whose metadata named the endpoints. */
  readonly issuer?: string | undefined;
  /** RFC 7009 */
  readonly revocationEndpoint?: string | undefined;
  /** Requested scope, space-separated. */
  readonly scope?: string | undefined;
  /** With the grant `password`. */
  readonly username?: string | undefined;
}

/** Version of the file format; a newer one is refused. */
const SCHEMA = 1;
const EXTENSION = ".json";

/**
 * Reads a login; undefined: not found.
 *
 * @throws {CliError} its file is damaged or not private (2); it is not changed
 */
export function readLogin(home: LoginsHome, account: string): Login | undefined {
  const path = fileOf(home, account);
  const text = readPrivateFile(path);
  return text === undefined ? undefined : parseLogin(text, path);
}

/** Writes a login's file, and replaces an earlier one. @throws {CliError} (2) */
export function writeLogin(home: LoginsHome, account: string, login: Login): void {
  writePrivateFile(fileOf(home, account), `${JSON.stringify({ schema: SCHEMA, ...login }, null, 2)}\n`);
}

/** Deletes a login's file, if it exists. @throws {CliError} (2) */
export function removeLogin(home: LoginsHome, account: string): void {
  removePrivateFile(fileOf(home, account));
}

/** The names of all logins, sorted. */
export function listLogins(home: LoginsHome): string[] {
  try {
    const files = readdirSync(home.logins).filter(
      (name) => name.endsWith(EXTENSION) && !name.startsWith("."),
    );
    return files.map((name) => name.slice(0, -EXTENSION.length)).toSorted();
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === "ENOENT") return [];
    throw fileError(error, home.logins, "read");
  }
}

function fileOf(home: LoginsHome, account: string): string {
  return join(home.logins, account + EXTENSION);
}

/** @throws {CliError} the file is damaged, or its schema is newer (2) */
function parseLogin(text: string, path: string): Login {
  const fields = parseObject(text);
  if (fields === undefined) throw damaged(path, "not a JSON object");
  if (typeof fields["schema"] === "number" && fields["schema"] > SCHEMA) {
    throw new CliError(`${path} was written by a newer version of regrant`, "use that version", 2);
  }
  if (fields["schema"] !== SCHEMA) throw damaged(path, "its schema is missing");
  const invalid = invalidField(fields);
  if (invalid !== undefined) throw damaged(path, `invalid ${invalid}`);
  // Every field has just been checked.
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

/** The first field whose value is invalid. */
function invalidField(fields: Record<string, unknown>): string | undefined {
  const isText = (name: string) => typeof fields[name] === "string" && fields[name] !== "";
  const isChoice = (name: string, choices: readonly string[]) => choices.includes(String(fields[name]));
  const optional = ["clientSecret", "issuer", "revocationEndpoint", "scope", "username"];
  if (!isChoice("grant", GRANTS)) return "grant";
  if (!isChoice("clientAuth", CLIENT_AUTHS)) return "clientAuth";
  const required = ["tokenEndpoint", "clientId"].find((name) => !isText(name));
  return required ?? optional.find((name) => fields[name] !== undefined && !isText(name));
}

function damaged(path: string, reason: string): CliError {
  const hint = "restore it from a backup, or delete it and log in again";
  return new CliError(`${path} is damaged and was not changed: ${reason}`, hint, 2);
}
