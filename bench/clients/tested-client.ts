import { readFileSync, renameSync, writeFileSync } from "node:fs";

/** Where a client under test stores its session. */
export interface Place {
  readonly issuer: string;
  readonly tokenEndpoint: string;
  /** A folder that the instances of a client share. */
  readonly folder: string;
  /** Makes the next write of tokens fail. */
  failNextWrite: boolean;
  /** How often the client gave up the session and requested a login. */
  logins: number;
}

/** The token response of the login (RFC 6749 §5.1). */
export interface LoginTokens {
  readonly access_token: string;
  readonly token_type: string;
  readonly expires_in: number;
  readonly refresh_token?: string | undefined;
}

/** One client, used as its documentation shows. */
export interface TestedClient {
  /** Stores the first tokens for all instances. */
  login(place: Place, tokens: LoginTokens): Promise<void>;
  /** Opens another instance over the same tokens, as another process would. */
  open(place: Place): Promise<Instance>;
}

export interface Instance {
  /** The token that the client would send now. */
  token(): Promise<string>;
  /** Calls an API as the client's documentation shows, refreshing after a 401 if it supports that. @returns the status */
  request(url: string): Promise<number>;
}

/** Stores tokens in one file, replaced by a rename, for clients that leave storage to the caller. */
export class TokenFile<T> {
  readonly #place: Place;

  constructor(place: Place) {
    this.#place = place;
  }

  read(): T {
    return JSON.parse(readFileSync(this.#path, "utf8")) as T;
  }

  write(tokens: T): void {
    if (this.#place.failNextWrite) {
      this.#place.failNextWrite = false;
      throw new Error("the disk is full");
    }
    writeFileSync(`${this.#path}.new`, JSON.stringify(tokens), { mode: 0o600 });
    renameSync(`${this.#path}.new`, this.#path);
  }

  get #path(): string {
    return `${this.#place.folder}/tokens.json`;
  }
}

/** For clients without a `fetch` of their own: sends the token and, after a 401, once more a new one. */
export async function requestWith(
  token: () => Promise<string>,
  refresh: () => Promise<string>,
  url: string,
): Promise<number> {
  const status = await statusOf(url, await token());
  return status === 401 ? statusOf(url, await refresh()) : status;
}

async function statusOf(url: string, token: string): Promise<number> {
  const response = await fetch(url, { headers: { Authorization: `Bearer ${token}` } });
  await response.arrayBuffer();
  return response.status;
}
