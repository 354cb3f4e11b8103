import { after } from "node:test";
import { contract } from "../contract.ts";
import { openPostgresStore } from "./engine.ts";
import { TestServer } from "./testing.ts";

const server = await TestServer.start();
after(() => server.stop());

contract("PostgreSQL", async (options) => openPostgresStore(await server.newDatabase(), options));
