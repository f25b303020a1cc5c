// The thread in which the exporter service reads its inventory, so that its event loop stays free: a large one takes
// seconds. Gives one message, the snapshot, or the reason why the file cannot be read.

import { networkInterfaces } from "node:os";
import { parentPort, workerData } from "node:worker_threads";
import { fileErrorText, isFileError } from "../io/file-error.ts";
import { buffersOf } from "../service/discovery/lists.ts";
import type { Reply } from "../service/inventory/reader.ts";
import { snapshotOf } from "../service/inventory/snapshot.ts";
import { UnreadableFile } from "./file-error.ts";
import { load } from "./load.ts";

const reply = await answer(String(workerData));
const facts = reply.type === "snapshot" ? reply.snapshot.facts : undefined;
parentPort?.postMessage(reply, facts === undefined ? [] : [...buffersOf(facts.discovery)]);

async function answer(file: string): Promise<Reply> {
  try {
    return { type: "snapshot", snapshot: snapshotOf(await load(file), ownAddresses()) };
  } catch (error) {
    if (!isFileError(error) && !(error instanceof UnreadableFile)) throw error;
    return { type: "unreadable", reason: fileErrorText(error, file) };
  }
}

function ownAddresses(): ReadonlySet<string> {
  return new Set(Object.values(networkInterfaces()).flatMap((all = []) => all.map(({ address }) => address)));
}
