import { expect, it } from "vitest";
import { compareVersions, satisfies } from "../../src/signals/versions.ts";

it.each([
  ["1.5.0", ">=1.5.0", true],
  ["1.5", ">=1.5.0", true],
  ["1.4.9", ">=1.5.0", false],
  ["0.30.0", "<0.30.0", false],
  ["0.29.9", ">=0.25.0 <0.30.0", true],
  ["0.9.0", ">=0.10.0", false],
  ["2.42", "=2.42.0", true],
  ["8.4.0-rc1", ">=8.4", true],
])("%s in %s is %s", (version, range, expected) => {
  expect(satisfies(version, range)).toBe(expected);
});

it("compares part by part as numbers", () => {
  expect(["0.10.0", "0.9.3", "1.0", "0.9.12"].sort(compareVersions)).toEqual(["0.9.3", "0.9.12", "0.10.0", "1.0"]);
});
