// A GraphQL API that reports a rejected token with status 200.
import type { TokenClient } from "@regrant/client";
import { authorizedFetch } from "@regrant/client/fetch";

interface Result {
  data?: unknown;
  errors?: { message: string; extensions?: { code?: string } }[];
}

/** @returns a `fetch` for any GraphQL library, such as Apollo's `HttpLink`, urql and graphql-request */
export function graphqlFetch(client: TokenClient, endpoint: string) {
  return authorizedFetch(client, {
    origins: [endpoint],
    async isRejected(response) {
      if (response.status !== 200) return response.status === 401;
      const { errors = [] } = (await response.clone().json()) as Result;
      return errors.some(({ extensions }) => extensions?.code === "UNAUTHENTICATED");
    },
  });
}
