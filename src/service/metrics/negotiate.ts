/** Exposition formats of the service. */
export type Format = "text" | "openmetrics";

/** Content types, as Prometheus and the OpenMetrics specification name them. */
export const contentTypes: Readonly<Record<Format, string>> = {
  text: "text/plain; version=0.0.4; charset=utf-8",
  openmetrics: "application/openmetrics-text; version=1.0.0; charset=utf-8",
};

/** What an entry of `Accept` can mean here, the best fit first. */
const offers: readonly { readonly format: Format; readonly type: string; readonly version: string }[] = [
  { format: "openmetrics", type: "application/openmetrics-text", version: "1.0.0" },
  { format: "text", type: "text/plain", version: "0.0.4" },
];

/**
 * The format that a request's `Accept` prefers: the highest quality wins, of equal ones the one that is named more
 * exactly, then OpenMetrics. Text where nothing fits, as Prometheus' own libraries do: a scrape with metrics that were
 * not asked for tells more than an error. https://www.rfc-editor.org/rfc/rfc9110#section-12.5.1
 */
export function formatFor(accept: string | undefined): Format {
  const ranges = parseAccept(accept ?? "");
  let best: { readonly format: Format; readonly quality: number; readonly exactness: number } | undefined;
  for (const { format, type, version } of offers) {
    const fitting = ranges.filter((range) => range.fits(type, version)).toSorted((a, b) => b.exactness - a.exactness);
    const [named] = fitting;
    if (named === undefined || named.quality === 0) continue;
    const quality = Math.max(
      ...fitting.filter(({ exactness }) => exactness === named.exactness).map((each) => each.quality),
    );
    // Whoever takes anything is a person or a probe: for them the format that everything reads.
    const exactness = named.exactness === 0 && format === "text" ? 0.5 : named.exactness;
    if (best === undefined || quality > best.quality || (quality === best.quality && exactness > best.exactness))
      best = { format, quality, exactness };
  }
  return best?.format ?? "text";
}

/** Whether a request takes gzip. */
export function takesGzip(acceptEncoding: string | undefined): boolean {
  const codings = entriesOf(acceptEncoding ?? "");
  const named =
    codings.find(({ name }) => name === "gzip" || name === "x-gzip") ?? codings.find(({ name }) => name === "*");
  return named !== undefined && (named.quality ?? 0) > 0;
}

interface MediaRange {
  readonly fits: (type: string, version: string) => boolean;
  readonly exactness: number;
  readonly quality: number;
}

function parseAccept(accept: string): readonly MediaRange[] {
  return entriesOf(accept).flatMap(({ name, parameters, quality }) => {
    if (quality === undefined) return [];
    const version = parameters.get("version");
    const [main = ""] = name.split("/");
    if (name === "*/*") return [{ fits: () => true, exactness: 0, quality }];
    if (name === `${main}/*`) return [{ fits: (type: string) => type.startsWith(`${main}/`), exactness: 1, quality }];
    return [
      {
        fits: (type: string, ours: string) => type === name && (version === undefined || version === ours),
        exactness: version === undefined ? 2 : 3,
        quality,
      },
    ];
  });
}

interface Entry {
  readonly name: string;
  readonly parameters: ReadonlyMap<string, string>;
  /** 0 to 1; undefined where it is none. */
  readonly quality: number | undefined;
}

function entriesOf(header: string): readonly Entry[] {
  return header.split(",").flatMap((entry) => {
    const [name = "", ...rest] = entry.split(";").map((part) => part.trim().toLowerCase());
    if (name === "") return [];
    const parameters = new Map(
      rest.map((part): [string, string] => {
        const [key = "", ...value] = part.split("=");
        return [key.trim(), value.join("=").trim().replaceAll('"', "")];
      }),
    );
    return [{ name, parameters, quality: qualityOf(parameters.get("q")) }];
  });
}

function qualityOf(text: string | undefined): number | undefined {
  if (text === undefined) return 1;
  return /^(?:0(?:\.\d{0,3})?|1(?:\.0{0,3})?)$/.test(text) ? Number(text) : undefined;
}
