import { expect, test } from "vitest";
import { placeComplaints } from "../../src/cli/commands/check.ts";
import { usualInventory } from "../../src/cli/usual-inventory.ts";

const complaint = { tool: "amtool", artifact: undefined, line: undefined, text: "no" };

test.each([
  [usualInventory, "stackwright explain tells"],
  ["envs/test.yaml", "stackwright explain -i envs/test.yaml tells"],
  ["my env.yaml", "stackwright explain -i 'my env.yaml' tells"],
])("the hint at a tool's complaint names the inventory where it is not the usual one (%s)", async (file, words) => {
  const [found] = await placeComplaints(
    { file, text: "version: 1\n", diagnostics: [], accepted: [], result: undefined },
    [complaint],
  );
  expect(found?.hint).toContain(words);
});
