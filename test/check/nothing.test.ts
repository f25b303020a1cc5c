import { expect, test } from "vitest";
import { checkWithPromtool } from "../../src/check/promtool/index.ts";
import { nothingToCheck, type Toolbox } from "../../src/check/toolbox.ts";
import { outcomeOf } from "../../src/cli/commands/check.ts";

const toolbox: Toolbox = {
  find: (name) => `/usr/bin/${name}`,
  run: async () => {
    throw new Error("nothing is there to run");
  },
  layOut: () => "/",
};

test("where there is nothing for promtool, that is what is said, and not that it has passed", async () => {
  const verdicts = await checkWithPromtool({ artifacts: [], secrets: [], ownRules: [] }, toolbox);
  expect(verdicts.map(outcomeOf)).toEqual([nothingToCheck, nothingToCheck, nothingToCheck]);
});
