import { ofRoute } from "../../session.js";

export async function POST() {
  return Response.json(await ofRoute.getToken());
}
