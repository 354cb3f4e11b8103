// One check, in a thread of its own; see bcrypt.ts.
import { compareSync } from "bcryptjs";
import { parentPort, workerData } from "node:worker_threads";

const { password, hash } = workerData as { password: string; hash: string };
// oxlint-disable-next-line unicorn/require-post-message-target-origin -- a thread has none.
parentPort?.postMessage(compareSync(password, hash));
