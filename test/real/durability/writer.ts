import { openSync, writeSync } from "node:fs";
import pino from "pino";

/**
 * An application that logs numbered lines at an even rate, and writes into a file of its own, before and after each call,
 * which one it is: an account of what was accepted that the library has no part in. Then it stays until it is ended.
 */
const [, , account = "", first = "0", end = "0", rate = "1000", poisonEvery = "1000"] = process.argv;
const file = openSync(account, "a");
const log = pino();
const start = performance.now();
let next = Number(first);

setInterval(() => {
  const due = Number(first) + Math.floor(((performance.now() - start) * Number(rate)) / 1_000);
  for (; next < Math.min(due, Number(end)); next++) {
    const isPoison = next % Number(poisonEvery) === Number(poisonEvery) - 1;
    writeSync(file, `?${next}\n`);
    log.info({ labels: { n: next, amount: isPoison ? "not a number" : 1 }, padding }, "a line of the usual length");
    writeSync(file, `!${next}\n`);
  }
}, 10);

const padding = "x".repeat(80);
