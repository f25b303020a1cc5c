import { globSync, readFileSync } from "node:fs";
import { expect, it } from "vitest";
import { folderOf, readOf } from "./folder.ts";

const program = readFileSync(new URL("../../tools/capture/main.ts", import.meta.url), "utf8");
const captured = globSync("*/captured.json", { cwd: folderOf("") }).map((file) => file.split("/")[0] ?? "");

it.each(captured.sort())(
  "the capture of %s can be taken again, or its README says that it was taken by hand",
  (kind) => {
    const isRepeated = program.includes(`"${kind}/captured.json"`);
    const saysOtherwise = readOf(kind, "README.md").includes("`npm run capture` does not repeat it");
    expect({ isRepeated, saysOtherwise }).toEqual({ isRepeated, saysOtherwise: !isRepeated });
  },
);
