import type { Elasticsearch } from "../elasticsearch.ts";

/** Data streams `logs-durability.*` whose `labels.amount` takes numbers only. */
export async function prepareDataStream({ ask }: Elasticsearch): Promise<void> {
  await ask("PUT", "/_index_template/durability", {
    index_patterns: ["logs-durability.*"],
    data_stream: {},
    priority: 500,
    template: {
      settings: { number_of_shards: 1, number_of_replicas: 0 },
      mappings: {
        dynamic: false,
        properties: {
          "@timestamp": { type: "date" },
          labels: { properties: { n: { type: "long" }, amount: { type: "long" } } },
        },
      },
    },
  });
}

/** The number of each document, as often as it is there. */
export async function storedNumbers({ ask }: Elasticsearch, name: string): Promise<readonly number[]> {
  const numbers: number[] = [];
  await ask("POST", `/${name}/_refresh`);
  for (;;) {
    const after = numbers.at(-1);
    const page = await ask("POST", `/${name}/_search`, {
      size: 10_000,
      _source: false,
      sort: [{ "labels.n": "asc" }],
      track_total_hits: false,
      // A number that is there twice must not be cut off by the page's end.
      ...(after === undefined ? {} : { query: { range: { "labels.n": { gt: after } } } }),
    });
    const found = hitsOf(page);
    if (found.length === 0) return numbers;
    const last = found.at(-1);
    const isFull = found.length === 10_000 && found[0] !== last;
    numbers.push(...(isFull ? found.filter((number) => number !== last) : found));
  }
}

/** The number of each line of a dead-letter file. */
export function deadNumbers(text: string): readonly number[] {
  return text.split("\n").flatMap((line) => {
    const number = /\\"n\\":(\d+)/.exec(line)?.[1];
    return number === undefined ? [] : [Number(number)];
  });
}

function hitsOf(page: unknown): readonly number[] {
  const hits = field(field(page, "hits"), "hits");
  if (!Array.isArray(hits)) throw new Error("no hits in the answer");
  return hits.map((hit) => {
    const sort = field(hit, "sort");
    return Array.isArray(sort) ? Number(sort[0]) : Number.NaN;
  });
}

function field(value: unknown, name: string): unknown {
  return typeof value === "object" && value !== null ? Reflect.get(value, name) : undefined;
}
