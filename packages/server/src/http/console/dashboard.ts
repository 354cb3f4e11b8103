import { dashboardScreen } from "@regrant/console";
import { clientNames } from "./lookups.ts";
import type { Answer, OperatorRequest } from "./operator-request.ts";

/** Hours that the charts show: three days. */
const HOURS = 72;
/** Sessions that end soon. */
const FEW = 10;

/** The first page: it reads counters that the services write, and counts nothing itself. */
export async function dashboard({ context, shell }: OperatorRequest): Promise<Answer> {
  const { admin } = context;
  const [statistics, ending] = await Promise.all([
    admin.statistics({ hours: HOURS }),
    admin.grants.list({ endingWithin: 7, limit: FEW }),
  ]);
  const names = await clientNames(admin, ending.items);
  return { screen: dashboardScreen(shell, statistics, ending, names) };
}
