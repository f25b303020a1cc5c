// The thread that compares passwords with their hashes. bcrypt takes a tenth of a second of computing on purpose, which
// must not hold up scrapes.
import { parentPort } from "node:worker_threads";
import { compareSync } from "bcryptjs";

parentPort?.on("message", ({ id, password, hash }: { id: number; password: string; hash: string }) => {
  parentPort?.postMessage({ id, isRight: compareSync(password, hash) });
});
