import type { Administration } from "./administration.ts";
import { CliError } from "./cli-error.ts";

/** How many names are looked up: a listing of a whole log must not ask for each of a million. */
const MOST = 1000;
/** How many at once. */
const AT_ONCE = 20;

/** The names of clients and of the accounts that subjects are, for texts. Each is looked up once. */
export class Names {
  readonly #names = new Map<string, string | null>();
  readonly #call: Administration["call"];

  constructor({ call }: Pick<Administration, "call">) {
    this.#call = call;
  }

  /** Looks up the names of what rows are about. */
  async load(
    rows: readonly { client_id?: string | undefined; subject?: string | undefined }[],
  ): Promise<void> {
    const wanted = rows.flatMap(({ client_id: client, subject }) => [
      ...(client === undefined ? [] : [keyOf("client", client)]),
      ...(subject === undefined ? [] : [keyOf("subject", subject)]),
    ]);
    const missing = [...new Set(wanted)].filter((key) => !this.#names.has(key));
    for (let i = 0; i < missing.length && this.#names.size < MOST; i += AT_ONCE) {
      await Promise.all(missing.slice(i, i + AT_ONCE).map((key) => this.#find(key)));
    }
  }

  /** The name of a client; undefined: it was deleted, or was not looked up. */
  client(id: string | undefined): string | undefined {
    return this.#names.get(keyOf("client", id ?? "")) ?? undefined;
  }

  /** The username of a subject; undefined: it is no account of Regrant's, or was not looked up. */
  username(subject: string | undefined): string | undefined {
    return this.#names.get(keyOf("subject", subject ?? "")) ?? undefined;
  }

  async #find(key: string): Promise<void> {
    const id = key.slice(1);
    const name = key.startsWith("c")
      ? this.#call("clients.get", { path: { client_id: id } }).then((client) => client.name)
      : // A username that is another account's subject is that account's: `get` finds subjects first.
        this.#call("accounts.get", { path: { account: id } }).then(({ subject, username }) =>
          subject === id ? username : null,
        );
    this.#names.set(key, await name.catch(unlessRefused));
  }
}

function keyOf(kind: "client" | "subject", id: string): string {
  return kind.charAt(0) + id;
}

/** What is not found, or cannot be the id of anything, has no name. */
function unlessRefused(error: unknown): null {
  if (error instanceof CliError && (error.code === "not_found" || error.code === "invalid")) return null;
  throw error;
}
