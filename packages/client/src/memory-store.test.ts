import { test } from "node:test";
import { memoryStore } from "./memory-store.ts";
import { storeContract } from "./testing/index.ts";

const cases = storeContract(() => {
  const store = memoryStore();
  return { open: () => store };
});
for (const { title, run } of cases) test(`memory store: ${title}`, run);
