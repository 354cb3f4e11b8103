import type { Config } from "../config/schema.ts";
import { laravelDatabase } from "./laravel-database.ts";
import { PassportRows } from "./rows.ts";
import { PassportTokens } from "./tokens.ts";
import type { WayBack } from "./way-back.ts";

/** The taking over of a Laravel Passport deployment. */
export interface Passport {
  readonly tokens: PassportTokens;
  /** What becomes of Passport's tokens that no import knew. */
  readonly unknownTokens: "refuse" | "trust";
  /** null: it is not kept open. */
  readonly wayBack: WayBack | null;
  /** Closes what is open to Laravel's database. */
  close(): Promise<void>;
}

type Settings = Pick<
  Config,
  "passportKey" | "passportUnknownTokens" | "passportDatabase" | "passportReturnUntil"
>;

/** Null: Passport's key is not configured. */
export function passportOf(settings: Settings): Passport | null {
  const { passportKey: key, passportUnknownTokens: unknownTokens } = settings;
  if (key === null) return null;
  const wayBack = wayBackOf(settings);
  return {
    tokens: new PassportTokens(key),
    unknownTokens,
    wayBack,
    close: async () => wayBack?.rows.close(),
  };
}

function wayBackOf({ passportDatabase: url, passportReturnUntil: until }: Settings): WayBack | null {
  return url === null || until === null ? null : { until, rows: new PassportRows(laravelDatabase(url)) };
}
