import { readFileSync } from "node:fs";
import { expect, it } from "vitest";
import { isAbsent, isOutOfReach } from "../../../src/cli/demo/supervisor/absent.ts";

const errorOf = (run: () => unknown): unknown => {
  try {
    return run();
  } catch (error) {
    return error;
  }
};
const hidden = Object.assign(new Error("EPERM: operation not permitted, open '/proc/1/stat'"), { code: "EPERM" });

it("a process that has ended is absent, and one that is somebody else's is out of reach", () => {
  const ended = errorOf(() => readFileSync("/proc/4194305/stat"));
  expect([isAbsent(ended), isOutOfReach(ended)]).toEqual([true, true]);
  expect([isAbsent(hidden), isOutOfReach(hidden)]).toEqual([false, true]);
});

it("an error of another kind is neither", () => {
  for (const error of [errorOf(() => readFileSync("/")), new Error("ENOENT"), "ENOENT"])
    expect([isAbsent(error), isOutOfReach(error)]).toEqual([false, false]);
});
