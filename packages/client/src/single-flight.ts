import { refresh } from "./refresh.ts";
import type { RefreshRequest } from "./refresh.ts";
import type { RefreshDeps } from "./refresh-deps.ts";
import type { CredentialRecord } from "./types.ts";

export interface SingleFlight {
  /** Joins the refresh in flight or starts one; rejects as `refresh` does. */
  readonly obtain: (request: RefreshRequest) => Promise<CredentialRecord>;
  readonly isRefreshing: () => boolean;
}

/** Makes concurrent callers in this process share one refresh. */
export function singleFlight(deps: RefreshDeps): SingleFlight {
  let inFlight: { readonly done: Promise<CredentialRecord>; readonly urgent: boolean } | undefined;
  return {
    isRefreshing: () => inFlight !== undefined,
    async obtain(request) {
      for (let joined = inFlight; joined; joined = inFlight) {
        const { done, urgent } = joined;
        const record = await done.catch((error: unknown) => {
          // A background refresh gives up earlier than one that a caller waits for: the caller tries itself.
          if (urgent || !request.urgent) throw error;
        });
        if (record && request.isMet(record, deps.server.now())) return record;
      }
      const done = refresh(deps, request).finally(() => (inFlight = undefined));
      inFlight = { done, urgent: request.urgent };
      return done;
    },
  };
}
