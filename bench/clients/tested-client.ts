import { readFileSync, renameSync, writeFileSync } from "node:fs";

/** Where a client under test finds its session. */
export interface Place {
  readonly issuer: string;
  readonly tokenEndpoint: string;
  /** A folder that the instances of a client share. */
  readonly folder: string;
  /** Set: the next time that the client stores tokens fails. */
  failNextWrite: boolean;
  /** How often the client gave the session up and asked for a login. */
  logins: number;
}

/** The first tokens, as they came over the wire. */
export interface Answer {
  readonly access_token: string;
  readonly token_type: string;
  readonly expires_in: number;
  readonly refresh_token?: string | undefined;
}

/** One client, used as its documentation shows. */
export interface TestedClient {
  /** Keeps the first tokens where instances find them. */
  login(place: Place, answer: Answer): Promise<void>;
  /** Another instance over the same tokens, as another process has one. */
  open(place: Place): Promise<Instance>;
}

export interface Instance {
  /** Makes the client ask for the token that it would send now. */
  token(): Promise<string>;
  /** Asks an API as the client's documentation shows, refreshing after a 401 where the client can. @returns the status */
  ask(url: string): Promise<number>;
}

/** Tokens in one file, for clients that leave storing to whoever uses them: written beside it, then renamed. */
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

/** For clients without a `fetch` of their own: asks with the token, and after a 401 once more with a new one. */
export async function askWith(
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
