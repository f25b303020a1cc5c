import { readFileSync } from "node:fs";
import { expect, it } from "vitest";
import { kinds } from "../src/catalog/index.ts";
import { readInventory } from "../src/inventory/read.ts";
import { readOwnFiles } from "../src/io/own-files.ts";
import { compareTree } from "../src/io/tree/write.ts";
import { build } from "../src/pipeline/build.ts";

it("dashboards/, alerts/ and deploy/ are what the reference inventory gives; npm run render writes them", () => {
  const reading = readInventory(readFileSync("examples/meishi.yaml"));
  const { result } = reading.ok
    ? build(reading, kinds, (model) => readOwnFiles(model, "examples"))
    : { result: undefined };
  if (result === undefined) throw new Error("the reference inventory has an error");
  expect(compareTree(".", result.artifacts, result.manifest)).toEqual({
    added: [],
    changed: [],
    removed: [],
    kept: [],
    refused: [],
    foreign: undefined,
    unfinished: false,
  });
});
