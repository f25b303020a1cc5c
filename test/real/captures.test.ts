import { expect, test } from "vitest";
import stored from "../../src/catalog/otel-collector/captured.json" with { type: "json" };
import { captures } from "../../tools/capture/captures.ts";
import { collector } from "./collector.ts";
import { withBench } from "./lab/bench.ts";
import { describeWith } from "./tool.ts";

// Its Collector is pinned, so that every machine has to see the same; what distributions bring differs between their releases.
describeWith([collector], "npm run capture", () => {
  test("sees of the Collector, byte for byte, what is stored", async () => {
    const taken = await withBench(async (bench) => captures["otel-collector"]?.take(bench));
    expect(taken).toEqual([stored]);
  });
});
