import { headers } from "next/headers";
import { ofPage } from "../session.js";

// What every page of Next 13 and 14 does: responses of `fetch` are cached, those to a POST too.
export const fetchCache = "default-cache";

export default async function Page() {
  const { accessToken } = await ofPage.getToken();
  // Rendered at each request.
  await headers();
  return <p>{accessToken}</p>;
}
