import { ownAccounts } from "./directory.ts";
import type { Directory } from "./directory.ts";
import type { AuthenticateAccountDeps } from "./authenticate-account.ts";
import { remoteAccounts } from "./remote-accounts.ts";

export interface DirectorySettings {
  accountsUrl: string | null;
  accountsSecret: Buffer | null;
  /** s */
  accountsTimeout: number;
}

/** Regrant's own accounts, or those of the service that the settings name. */
export function chooseDirectory(
  { accountsUrl: url, accountsSecret: secret, accountsTimeout }: DirectorySettings,
  deps: AuthenticateAccountDeps,
): Directory {
  if (url === null || secret === null) return ownAccounts(deps);
  return remoteAccounts({ service: { url, secret, timeout: accountsTimeout * 1000 }, ...deps });
}
