import type { DpopSession } from "./api.ts";
import { none } from "./client-auth.ts";
import type { CredentialRecord, TokenStore } from "./types.ts";

export interface BoundStoreOptions extends Omit<DpopSession, "fetch"> {
  /** The key's thumbprint. @throws StoreError */
  readonly thumbprint: () => Promise<string>;
  /** Bearer tokens are replaced at once. */
  readonly required: boolean;
  /** Whether a token request with a proof was answered: what is stored next is its answer. */
  readonly isAnswered: () => boolean;
}

/** Whether tokens of this type are bound to a key (RFC 9449 §5). */
export function isBound(tokenType: string | undefined): boolean {
  return /^dpop$/i.test(tokenType ?? "");
}

/**
 * The store, as far as this key can use its records: writes down the key that tokens are bound to, and reads a session that
 * is bound to another key as ended. What is stored is not changed by that: where two machines share the session, but not
 * the key, the one that has the key goes on.
 */
export function boundStore(options: BoundStoreOptions): TokenStore {
  const { store, thumbprint, required, isAnswered, emit } = options;
  let newest = 0;
  let staysUnbound = false;
  return {
    scope: store.scope,
    atomic: store.atomic,
    ...(store.subscribe && { subscribe: (key, onChange) => store.subscribe?.(key, onChange) ?? (() => {}) }),
    async get(key, signal) {
      // First, so that no request is sent if there is no key.
      const own = await thumbprint();
      const stored = await store.get(key, signal);
      const { generation } = Object(stored?.record) as Partial<CredentialRecord>;
      newest = Math.max(newest, generation ?? 0);
      return stored && { ...stored, record: usable(stored.record, own) };
    },
    async compareAndSet(key, expected, next, signal) {
      const bound = isBound(next.tokenType);
      const record = bound ? { ...next, jkt: await thumbprint() } : next;
      const version = await store.compareAndSet(key, expected, record, signal);
      if (version !== false && next.accessToken && next.generation > newest) {
        newest = next.generation;
        staysUnbound = !bound && isAnswered();
        if (!bound) emit({ type: "not_bound", generation: next.generation });
      }
      return version;
    },
  };

  function usable(record: CredentialRecord, own: string): CredentialRecord {
    const { ended, accessToken, tokenType, refreshToken, jkt = own } = Object(record) as CredentialRecord;
    const { grant, clientAuth = none } = options;
    if (!accessToken || ended) return record;
    // It is as good as expired: the next request replaces it.
    const renewable = { ...record, accessToken: undefined, tokenType: undefined, jkt: undefined };
    if (!isBound(tokenType)) {
      const canBind = required && !staysUnbound && (refreshToken || grant);
      return canBind ? renewable : record;
    }
    if (jkt === own) return record;
    // A confidential client's refresh token is bound to the client, not to a key (RFC 9449 §5).
    if (refreshToken && clientAuth !== none) return renewable;
    if (grant) return { ...renewable, refreshToken: undefined };
    return { ...renewable, refreshToken: undefined, ended: { reason: "key_lost", at: record.issuedAt } };
  }
}
