import { existsSync } from "node:fs";
import { type Account, accountFor, type Trial } from "../../test/real/durability/account.ts";
import { startElasticsearch } from "../../test/real/elasticsearch.ts";
import {
  elasticsearch8,
  elasticsearch9,
  elasticsearchTools,
  javaHome,
} from "../../test/real/elasticsearch-releases.ts";
import type { Case } from "../case.ts";

const outage: Trial = { lines: 100_000, rate: 1_000, kills: 0, outageMs: 60_000, poisonEvery: 1_000 };
const kills: Trial = { ...outage, kills: 20 };

/**
 * Accounting, not speed: an application logs numbered lines to a real Elasticsearch that is away for a minute, once in
 * peace and once with twenty SIGKILLs. What it wrote is counted by itself, apart from the library.
 */
export const durability: Case = {
  name: "durability",
  about: "what becomes of 100,000 log lines through an outage of 60 s and 20 SIGKILLs (needs Elasticsearch; 5 minutes)",
  run: async () => {
    const release = javaHome(elasticsearch9) === undefined ? elasticsearch8 : elasticsearch9;
    const missing = elasticsearchTools(release).filter((tool) => tool.startsWith("/") && !existsSync(tool));
    if (missing.length > 0) return `## Durability\n\nnot checked: ${missing.join(", ")} missing here\n`;
    const elasticsearch = await startElasticsearch(release);
    try {
      const accounts = [await accountFor(outage, elasticsearch), await accountFor(kills, elasticsearch)];
      return [
        `## Durability (Elasticsearch ${elasticsearch.version}, 1,000 lines/s, store away for 60 s)`,
        "",
        "| lines of 100,000 | outage | outage and 20 SIGKILLs |",
        "| --- | --- | --- |",
        ...rows.map(([what, read]) => `| ${[what, ...accounts.map((account) => String(read(account)))].join(" | ")} |`),
        "",
      ].join("\n");
    } finally {
      await elasticsearch.stop();
    }
  },
};

const rows: readonly (readonly [string, (account: Account) => number | string])[] = [
  ["accepted: the call returned", ({ accepted }) => accepted],
  ["unclear: killed during the call", ({ unclear }) => unclear],
  ["in the store (`_count`)", ({ stored }) => stored],
  ["in the dead-letter file (every thousandth is poisoned)", ({ deadLettered }) => deadLettered],
  ["lost", ({ lost }) => lost],
  ["twice", ({ twice }) => twice],
  ["never written, but there", ({ strangers }) => strangers],
  ["dropped, by the last process", ({ end }) => end.dropped],
  ["scrapes, and those on which the equation failed", ({ scrapes, unbalanced }) => `${scrapes}, ${unbalanced.length}`],
  ["caught up after the last line", ({ catchUpMs }) => `${(catchUpMs / 1_000).toFixed(1)} s`],
  [
    "growth of resident memory in the outage",
    ({ growthBytes, kills: times }) => (times > 0 ? "" : `${(growthBytes / 2 ** 20).toFixed(0)} MiB`),
  ],
];
