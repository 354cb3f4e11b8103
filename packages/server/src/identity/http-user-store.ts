import { askAccountService } from "./account-service.ts";
import type { AccountServiceOptions } from "./account-service.ts";
import { externalUserStore } from "./external-user-store.ts";
import type { ExternalUserStoreDeps } from "./external-user-store.ts";
import type { UserStore } from "./user-store.ts";

/** What the store of an account service works with. */
interface HttpUserStoreDeps extends ExternalUserStoreDeps {
  service: AccountServiceOptions;
}

/** The users of the provider's own account service, asked by HTTP. */
export function httpUserStore({ service, ...deps }: HttpUserStoreDeps): UserStore {
  return externalUserStore(
    ({ username, password, address }) => askAccountService(service, { username, password, address }),
    deps,
  );
}
