import type { TestContext } from "node:test";
import { chromium } from "playwright-core";
import type { Browser } from "playwright-core";
import type { Program } from "./need.ts";

const FLAGS = [
  "--no-first-run",
  "--disable-gpu",
  "--disable-quic",
  "--disable-background-networking",
  "--disable-component-update",
  "--disable-sync",
];

/** A browser with a profile of its own, closed after the test. */
export async function launch(t: TestContext, { path }: Program): Promise<Browser> {
  const running = await chromium.launch({
    executablePath: path,
    headless: true,
    args: FLAGS,
    timeout: 60_000,
  });
  t.after(() => running.close());
  return running;
}
