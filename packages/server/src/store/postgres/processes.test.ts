import { after, test } from "node:test";
import { TestServer } from "../contract/postgres-server.ts";
import { processCases } from "../contract/process-cases.ts";
import { killAll } from "../contract/processes.ts";
import { openPostgresStore } from "./engine.ts";

const server = await TestServer.start();
after(async () => {
  killAll();
  await server.stop();
});

for (const [title, proof] of Object.entries(processCases)) {
  test(title, () =>
    proof({ newDatabase: (content) => server.newDatabase(content), open: openPostgresStore }),
  );
}
