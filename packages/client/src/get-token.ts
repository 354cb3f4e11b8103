import type { GetTokenOptions } from "./api.ts";
import { SessionEndedError, TokenUnavailableError } from "./errors.ts";
import { sharedRefresh } from "./flight.ts";
import { freshness } from "./record.ts";
import type { Freshness } from "./record.ts";
import type { Demand } from "./refresh.ts";
import type { RefreshDeps } from "./spend.ts";
import { isBound } from "./step.ts";
import type { CredentialRecord, Token } from "./types.ts";
import type { Windows } from "./windows.ts";

/** A token that replaced a refused one and is refused as well is not replaced for so long, ms. */
const REFUSED_PAUSE = 60_000;

export interface TokenGetter {
  readonly getToken: (options?: GetTokenOptions) => Promise<Token>;
  readonly isRefreshing: () => boolean;
  /** Whether it has just replaced a token that was refused, and so is not replaced itself. */
  readonly isReplacement: (accessToken: string) => boolean;
}

/** Makes the function that hands out the token: as it is while it is fresh, else after one refresh for all who ask. */
export function tokenGetter(deps: RefreshDeps, windows: Windows): TokenGetter {
  const { clock, server, kept, binding } = deps;
  const { obtain, isRefreshing } = sharedRefresh(deps);
  let replacement: { readonly accessToken: string | undefined; readonly at: number } | undefined;

  /** The stored record; where the store fails, what was read last. */
  async function look(): Promise<CredentialRecord | undefined> {
    try {
      return (await kept.read())?.record;
    } catch (error) {
      const last = kept.last();
      if (last) return last;
      throw error;
    }
  }

  function standing(record: CredentialRecord | undefined, minValidity?: number): Freshness {
    if (!record || record.ended || !isBound(record, binding)) return "expired";
    return freshness(record, server.now(), windows, minValidity);
  }

  function handOut({ accessToken = "", tokenType = "", expiresAt, scope }: CredentialRecord): Token {
    const local = expiresAt === undefined ? undefined : expiresAt - server.offset();
    return { accessToken, tokenType, expiresAt: local, scope };
  }

  async function get({ minValidityMs, mode = "auto", rejected }: GetTokenOptions): Promise<Token> {
    const record = await look();
    const isRefused = rejected !== undefined && record?.accessToken === rejected;
    const stands = isRefused ? "expired" : standing(record, minValidityMs);
    const seen = record?.generation ?? 0;
    if (record && stands !== "expired" && mode !== "force") {
      if (stands === "fresh" || mode === "cached") return handOut(record);
      if (stands === "soft") {
        void obtain(demandFor("expiry", false, seen, windows, minValidityMs)).catch(() => {});
        return handOut(record);
      }
    }
    if (mode === "cached") {
      if (record?.ended) throw new SessionEndedError(record.ended.reason, "The session is over");
      throw new TokenUnavailableError("No valid token is stored");
    }
    if (isRefused && pauseOf(rejected) > 0) {
      const retryAt = clock.now() + pauseOf(rejected);
      throw new TokenUnavailableError("The API refuses a token that is new", { retryAt });
    }
    const trigger = mode === "force" ? mode : isRefused ? "rejected" : "expiry";
    try {
      const next = await obtain(demandFor(trigger, true, seen, windows, minValidityMs));
      if (isRefused) replacement = { accessToken: next.accessToken, at: clock.monotonic() };
      return handOut(next);
    } catch (error) {
      // A token that is valid for some more seconds is better than none.
      const last = kept.last();
      if (last && mode === "auto" && last.accessToken !== rejected && standing(last) !== "expired") {
        return handOut(last);
      }
      throw error;
    }
  }

  /** For how long a token is not replaced because it is a replacement itself, ms; 0 or less: it may be. */
  function pauseOf(accessToken: string): number {
    if (replacement?.accessToken !== accessToken) return 0;
    return replacement.at + REFUSED_PAUSE - clock.monotonic();
  }

  return {
    isRefreshing,
    isReplacement: (accessToken) => pauseOf(accessToken) > 0,
    getToken: async (options = {}) => {
      options.signal?.throwIfAborted();
      return unlessAborted(get(options), options.signal);
    },
  };
}

function demandFor(
  trigger: Demand["trigger"],
  urgent: boolean,
  seen: number,
  windows: Windows,
  minValidity: number | undefined,
): Demand {
  const isMet: Demand["isMet"] = (record, now) => {
    // Whatever the server answers, one refresh is as good as it gets.
    if (record.generation > seen) return true;
    const stands = freshness(record, now, windows, minValidity);
    return trigger === "expiry" && (stands === "fresh" || (urgent && stands === "soft"));
  };
  return { trigger, urgent, isMet };
}

/** Ends the wait, not the work. */
async function unlessAborted<T>(work: Promise<T>, signal: AbortSignal | undefined): Promise<T> {
  if (!signal) return work;
  let leave = (): void => {};
  const aborted = new Promise<never>((_, reject) => {
    leave = () => reject(signal.reason as Error);
    signal.addEventListener("abort", leave);
  });
  try {
    return await Promise.race([aborted, work]);
  } finally {
    signal.removeEventListener("abort", leave);
  }
}
