import type { Random } from "../../packages/server/src/store/contract/populations/random.ts";
import { mutated, oddText, pick } from "./odd-values.ts";
import type { Session } from "./session.ts";

/** Tokens of another kind stand in for these; each session learns them under the name of its response. */
const ALIASES: Readonly<Record<string, readonly string[]>> = {
  token: ["access_token", "refresh_token", "registration_access_token", "code", "device_code"],
  id: ["client_id"],
};

/** What one request is made of: by chance, and from what all sessions know. */
export class Choices {
  readonly random: Random;
  readonly sessions: readonly Session[];
  /** How likely each part of the request is odd. */
  readonly #oddity: number;

  constructor(random: Random, sessions: readonly Session[]) {
    this.random = random;
    this.sessions = sessions;
    this.#oddity = pick(random, [0, 0, 0.02, 0.1, 0.5]);
  }

  isOdd(): boolean {
    return this.random.chance(this.#oddity);
  }

  /** The session's own value, one of another session or of another name, one of these mutated, or an odd one. */
  value(session: Session, name: string): string {
    const random = this.random;
    const of = (owner: Session, called: string) =>
      (ALIASES[called] ?? [called]).flatMap((alias) => owner.valuesOf(alias));
    const stranger = pick(random, this.sessions);
    const mine = of(session, name);
    const isOwn = mine.length > 0 || name.startsWith("client_");
    const known = isOwn && !this.isOdd() ? mine : of(stranger, name);
    const latest = known.at(random.chance(0.8) ? -1 : random.integer(0, known.length));
    if (!this.isOdd()) return latest ?? "";
    const other = () => pick(random, of(stranger, pick(random, stranger.names))) ?? "";
    const kinds = [() => mutated(random, latest ?? "x"), other, () => oddText(random), () => oddText(random)];
    return pick(random, kinds)();
  }
}
