import type { Deps } from "../deps.ts";
import type { Config } from "../config/resolve-config.ts";
export async function showDemo(_deps: Deps, _config: Config, _address: string): Promise<void> {}
