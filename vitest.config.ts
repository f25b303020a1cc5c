import { defineConfig } from "vitest/config";

const slow = ["test/real/**/*.test.ts", "test/scenarios/**/*.test.ts"];

/** Pure tests share threads; what starts processes runs afterwards, one file at a time. */
export default defineConfig({
  // Workspaces are tested from their sources; the list replaces the defaults.
  ssr: { resolve: { conditions: ["stackwright-source", "module", "node", "development|production"] } },
  test: {
    reporters: ["default", "./test/summary-reporter.ts"],
    projects: [
      {
        extends: true,
        test: {
          name: "unit",
          include: ["test/**/*.test.ts"],
          exclude: slow,
          pool: "threads",
          isolate: false,
          testTimeout: 30_000,
          sequence: { groupOrder: 0 },
        },
      },
      {
        extends: true,
        test: {
          name: "real",
          include: slow,
          pool: "forks",
          fileParallelism: false,
          testTimeout: 120_000,
          hookTimeout: 120_000,
          sequence: { groupOrder: 1 },
        },
      },
    ],
  },
});
