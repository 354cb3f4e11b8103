// A process that loads the proof key of a folder and reports its thumbprint. It goes on until it is killed, or its parent ends.
import { dpop } from "@regrant/client/dpop";
import type { KeySource } from "@regrant/client/dpop";
import { fileKeys } from "@regrant/client/node";

const [, , directory = "", stopAt] = process.argv;
const stored = fileKeys({ directory });
const stopping: KeySource = (create) =>
  stored(async (extractable) => {
    await create(extractable);
    process.send?.("created");
    return new Promise(() => {});
  });

process.once("disconnect", () => process.exit());
process.send?.(await dpop({ keys: stopAt === "created" ? stopping : stored }).thumbprint());
