// For runtimes that have files: the same with the file store and the directory lock's folder given as arguments.
import { createTokenClient } from "@regrant/client";
import { directoryLock, fileStore } from "@regrant/client/node";
import { prove } from "./client-runtime.mjs";

const [server, directory] = globalThis.process.argv.slice(2);
const lock = directoryLock({ directory: `${directory}/locks` });
const result = await prove(server, fileStore({ directory }));
const free = await lock("name", async () => "held", { waitMs: 1000, leaseMs: 1000 });
console.log(JSON.stringify({ ...result, free, core: typeof createTokenClient }));
