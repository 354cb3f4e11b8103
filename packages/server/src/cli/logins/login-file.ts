import { lstatSync, readdirSync, renameSync } from "node:fs";
import { join } from "node:path";
import { endpointViolation } from "./endpoint.ts";
import type { LoginsHome } from "./home.ts";
import {
  DamagedFileError,
  fileError,
  readPrivateFile,
  removePrivateFile,
  stagePrivateFile,
} from "./private-file.ts";
import type { StagedFile } from "./private-file.ts";

export const GRANTS = ["password", "client_credentials", "refresh_token"] as const;
export const CLIENT_AUTHS = ["basic", "post", "none"] as const;

/** The grant type of the first tokens; `refresh_token`: with one that was issued elsewhere. */
export type LoginGrant = (typeof GRANTS)[number];
/** Client authentication (RFC 6749 §2.3.1): HTTP Basic, in the form, or none. */
export type LoginClientAuth = (typeof CLIENT_AUTHS)[number];

/** A stored login, without its tokens. */
export interface Login {
  readonly grant: LoginGrant;
  /** https, or http on a loopback address, or with `allowHttp`. */
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
  /** The user accepts endpoints without encryption. */
  readonly allowHttp?: true | undefined;
  /** The tokens are bound to a key, whose proofs the server accepts with these algorithms (RFC 9449). */
  readonly dpop?: readonly string[] | undefined;
}

/** Version of the file format; a newer one is refused. */
const SCHEMA = 1;
const EXTENSION = ".json";
/** Follows the name of a file that was set aside, before the instant. */
const DAMAGED = ".damaged-";

/**
 * Reads a login; undefined: not found.
 *
 * @throws {DamagedFileError} its content cannot be used; {CliError} it cannot be read, or is not private (2). It is not
 *   changed.
 */
export function readLogin(home: LoginsHome, account: string): Login | undefined {
  const path = fileOf(home, account);
  const hint =
    `npx regrant login --account ${account}, with the options of a new login, replaces it; ` +
    `npx regrant logout --account ${account} removes it`;
  const text = readPrivateFile(path, hint);
  return text === undefined ? undefined : parseLogin(text, path, hint);
}

/** Writes a login's file beside an earlier one, which it replaces when it is committed. @throws {CliError} (2) */
export function stageLogin(home: LoginsHome, account: string, login: Login): StagedFile {
  return stagePrivateFile(
    fileOf(home, account),
    `${JSON.stringify({ schema: SCHEMA, ...login }, null, 2)}\n`,
  );
}

/** Renames a login's damaged file. @returns its new path @throws {CliError} (2) */
export function setLoginAside(home: LoginsHome, account: string): string {
  const path = fileOf(home, account);
  const aside = `${path}${DAMAGED}${new Date().toISOString().replaceAll(/[:.]/g, "-")}`;
  try {
    renameSync(path, aside);
  } catch (error) {
    throw fileError(error, path, "write");
  }
  return aside;
}

/** Deletes a login's file and what was set aside; a folder that was in its place contains nothing of it. @throws {CliError} (2) */
export function removeLogin(home: LoginsHome, account: string): void {
  const name = account + EXTENSION;
  const aside = namesIn(home.logins).filter((other) => {
    const isAside = other.startsWith(name + DAMAGED) && !other.endsWith(EXTENSION);
    return isAside && lstatSync(join(home.logins, other), { throwIfNoEntry: false })?.isDirectory() === false;
  });
  for (const each of [name, ...aside]) removePrivateFile(join(home.logins, each));
}

/** The names of all logins, sorted. */
export function listLogins(home: LoginsHome): string[] {
  const files = namesIn(home.logins).filter((name) => name.endsWith(EXTENSION) && !name.startsWith("."));
  return files.map((name) => name.slice(0, -EXTENSION.length)).toSorted();
}

function namesIn(folder: string): string[] {
  try {
    return readdirSync(folder);
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === "ENOENT") return [];
    throw fileError(error, folder, "read");
  }
}

function fileOf(home: LoginsHome, account: string): string {
  return join(home.logins, account + EXTENSION);
}

/** @throws {DamagedFileError} it cannot be used, or its schema is newer */
function parseLogin(text: string, path: string, hint: string): Login {
  const fields = parseObject(text);
  const damaged = (reason: string) =>
    new DamagedFileError(`${path} is damaged and was not changed: ${reason}`, hint);
  if (fields === undefined) throw damaged("not a JSON object");
  if (typeof fields["schema"] === "number" && fields["schema"] > SCHEMA) {
    throw new DamagedFileError(
      `${path} was written by a newer version of regrant`,
      `use that version; ${hint}`,
    );
  }
  if (fields["schema"] !== SCHEMA) throw damaged("its schema is missing");
  const invalid = invalidField(fields);
  if (invalid !== undefined) throw damaged(`invalid ${invalid}`);
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
  const invalid = required ?? optional.find((name) => fields[name] !== undefined && !isText(name));
  if (invalid !== undefined) return invalid;
  if (fields["allowHttp"] !== undefined && fields["allowHttp"] !== true) return "allowHttp";
  const { dpop = [] } = fields;
  if (!Array.isArray(dpop) || dpop.some((algorithm) => typeof algorithm !== "string")) return "dpop";
  return invalidUrl(fields);
}

/** The first endpoint that is not a URL that secrets may be sent to. */
function invalidUrl(fields: Record<string, unknown>): string | undefined {
  const urls = ["tokenEndpoint", "revocationEndpoint", "issuer"];
  return urls.find((name) => {
    const text = fields[name];
    return typeof text === "string" && endpointViolation(text, fields["allowHttp"] === true) !== undefined;
  });
}
