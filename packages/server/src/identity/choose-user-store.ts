import { localAccounts } from "./user-store.ts";
import type { UserStore } from "./user-store.ts";
import type { AuthenticateAccountDeps } from "./authenticate-account.ts";
import { remoteAccounts } from "./http-user-store.ts";

export interface DirectorySettings {
  accountsUrl: string | null;
  accountsSecret: Buffer | null;
  /** s */
  accountsTimeout: number;
}

/** Regrant's own accounts, or those of the service that the settings name. */
export function chooseUserStore(
  { accountsUrl: url, accountsSecret: secret, accountsTimeout }: DirectorySettings,
  deps: AuthenticateAccountDeps,
): UserStore {
  if (url === null || secret === null) return localAccounts(deps);
  return remoteAccounts({ service: { url, secret, timeout: accountsTimeout * 1000 }, ...deps });
}
