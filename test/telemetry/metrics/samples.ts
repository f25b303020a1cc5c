import type { MetricRegistry } from "../../../packages/telemetry/src/metrics/index.ts";

/** One line of a scrape. */
export interface Sample {
  readonly name: string;
  readonly labels: Readonly<Record<string, string>>;
  readonly value: number;
  /** What stands behind ` # `. */
  readonly exemplar: string | undefined;
}

export const openMetrics = "application/openmetrics-text; version=1.0.0";

/** What a registry shows. */
export async function textOf(registry: Pick<MetricRegistry, "render">, accept?: string): Promise<string> {
  const { pieces } = await registry.render(accept);
  return Buffer.concat([...pieces]).toString();
}

/** Reads every sample of a scrape, character by character as the formats define it; throws on what is none. */
export function readSamples(text: string): readonly Sample[] {
  const lines = text.split("\n").filter((line) => line !== "" && !line.startsWith("#"));
  return lines.map((line) => {
    const name = /^[a-zA-Z_:][a-zA-Z0-9_:]*/.exec(line)?.[0];
    if (name === undefined) throw new Error(`no name: ${line}`);
    const [labels, end] = line[name.length] === "{" ? readLabels(line, name.length + 1) : [{}, name.length];
    const [value = "", exemplar] = line.slice(end).split(" # ");
    if (!/^ (?:[+-]Inf|NaN|-?\d[\d.e+-]*)$/.test(value)) throw new Error(`no value: ${line}`);
    return { name, labels, value: Number(value.replace("Inf", "Infinity")), exemplar };
  });
}

const escapes: Readonly<Record<string, string>> = { n: "\n", "\\": "\\", '"': '"' };

function readLabels(line: string, from: number): [labels: Record<string, string>, end: number] {
  const labels: Record<string, string> = {};
  let at = from;
  for (;;) {
    const [begin, name = ""] = /^([a-zA-Z_][a-zA-Z0-9_]*)="/.exec(line.slice(at)) ?? [];
    if (begin === undefined) throw new Error(`no label at ${at}: ${line}`);
    at += begin.length;
    let value = "";
    for (; line[at] !== '"'; at++) {
      if (at >= line.length) throw new Error(`a label without an end: ${line}`);
      if (line[at] === "\\") {
        at++;
        const escaped = escapes[line[at] ?? ""];
        if (escaped === undefined) throw new Error(`no escape at ${at}: ${line}`);
        value += escaped;
      } else value += line[at];
    }
    if (name in labels) throw new Error(`${name} twice: ${line}`);
    labels[name] = value;
    at++;
    if (line[at] === "}") return [labels, at + 1];
    if (line[at++] !== ",") throw new Error(`no comma at ${at}: ${line}`);
  }
}

/** A sample's value by name and labels; undefined where there is none. */
export function sampleValue(
  text: string,
  name: string,
  labels: Readonly<Record<string, string>> = {},
): number | undefined {
  const wanted = JSON.stringify(Object.entries(labels).sort());
  return readSamples(text).find(
    (sample) => sample.name === name && JSON.stringify(Object.entries(sample.labels).sort()) === wanted,
  )?.value;
}

/** Settings of a registry with nothing of its own but what a test makes. */
export const bare = { maxSeries: 2_000, processMetrics: false, createdSamples: false, cluster: false } as const;
