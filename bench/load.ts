import { serveMessages } from "./child.ts";
import { Load } from "./load-loops.ts";
import type { LoadPlan, Window, WindowResult } from "./load-plan.ts";
import { accessTokenVerifier } from "./verify.ts";

// A worker: it refreshes lineages, each always with its newest token, and counts what comes back. In a closed loop, a
// request follows each answer; in an open one, requests come at a constant rate, whatever the server does.

async function prepare(plan: LoadPlan): Promise<Load> {
  if (plan.jwksUrl === null) return new Load(plan, undefined);
  const response = await fetch(plan.jwksUrl);
  return new Load(
    plan,
    accessTokenVerifier((await response.json()) as Parameters<typeof accessTokenVerifier>[0]),
  );
}

let load: Load | undefined;

async function answer(message: LoadPlan | Window): Promise<WindowResult | null> {
  if (!("url" in message)) {
    if (load === undefined) throw new Error("there is no plan yet");
    return load.run(message);
  }
  load = await prepare(message);
  return null;
}

if (process.argv[1] === import.meta.filename) serveMessages(answer);
