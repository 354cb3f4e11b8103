import { after } from "node:test";
import { TestServer } from "../contract/postgres-server.ts";
import { processTests } from "../contract/process-tests.ts";
import { killAll } from "../contract/processes.ts";

const server = await TestServer.start();
after(async () => {
  killAll();
  await server.stop();
});

processTests((content) => server.newDatabase(content));
