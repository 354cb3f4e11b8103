import { refresh } from "./refresh.ts";
import type { Demand } from "./refresh.ts";
import type { RefreshDeps } from "./spend.ts";
import type { CredentialRecord } from "./types.ts";

export interface SharedRefresh {
  /** Joins the refresh that is under way, or begins one; errors as of `refresh`. */
  readonly obtain: (demand: Demand) => Promise<CredentialRecord>;
  readonly isRefreshing: () => boolean;
}

/** One refresh at a time for all who ask in this process. */
export function sharedRefresh(deps: RefreshDeps): SharedRefresh {
  let flight: { readonly done: Promise<CredentialRecord>; readonly urgent: boolean } | undefined;
  return {
    isRefreshing: () => flight !== undefined,
    async obtain(demand) {
      for (let joined = flight; joined; joined = flight) {
        const { done, urgent } = joined;
        const record = await done.catch((error: unknown) => {
          // What was not urgent gives up where somebody who waits would not.
          if (urgent || !demand.urgent) throw error;
        });
        if (record && demand.isMet(record, deps.server.now())) return record;
      }
      const done = refresh(deps, demand).finally(() => (flight = undefined));
      flight = { done, urgent: demand.urgent };
      return done;
    },
  };
}
