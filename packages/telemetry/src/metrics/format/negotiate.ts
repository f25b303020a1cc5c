/** Exposition formats: Prometheus' text format 0.0.4, and OpenMetrics 1.0.0. */
export type Format = "text" | "openmetrics";

/** Content types, as Prometheus and the OpenMetrics specification name them. */
export const contentTypes: Readonly<Record<Format, string>> = {
  text: "text/plain; version=0.0.4; charset=utf-8",
  openmetrics: "application/openmetrics-text; version=1.0.0; charset=utf-8",
};

/** A longer header is not read: nobody needs it, and reading takes time. */
const maxHeaderLength = 8_192;

interface Offer {
  readonly format: Format;
  readonly type: string;
  readonly subtype: string;
  readonly versions: readonly string[];
}

/** The text format first: of two that are wanted alike by a wildcard, everything reads it. */
const offers: readonly Offer[] = [
  { format: "text", type: "text", subtype: "plain", versions: ["0.0.4"] },
  // What 0.0.1 asks for 1.0.0 fulfils; Prometheus takes it.
  { format: "openmetrics", type: "application", subtype: "openmetrics-text", versions: ["1.0.0", "0.0.1"] },
];

/**
 * The format that a request's `Accept` prefers: each format has the quality of the most exact range that names it; the
 * highest quality wins, of equal ones the one that is named more exactly. Text where nothing fits or the header is none:
 * a scrape with metrics that were not asked for tells more than an error, and Prometheus' own libraries do the same.
 * https://www.rfc-editor.org/rfc/rfc9110#section-12.5.1
 */
export function formatFor(accept: string | undefined): Format {
  const entries = entriesOf(accept);
  let best: { readonly format: Format; readonly quality: number; readonly exactness: number } | undefined;
  for (const offer of offers) {
    let exactness = -1;
    let quality = 0;
    for (const entry of entries) {
      const fit = exactnessOf(entry, offer);
      if (fit > exactness || (fit === exactness && fit >= 0 && entry.quality > quality)) {
        exactness = fit;
        quality = entry.quality;
      }
    }
    if (quality === 0) continue;
    const isBetter =
      best === undefined || quality > best.quality || (quality === best.quality && exactness > best.exactness);
    // Named in full, OpenMetrics is what is wanted: it says more.
    const isEqual = best !== undefined && quality === best.quality && exactness === best.exactness && exactness >= 2;
    if (isBetter || isEqual) best = { format: offer.format, quality, exactness };
  }
  return best?.format ?? "text";
}

/** Whether a request takes gzip. https://www.rfc-editor.org/rfc/rfc9110#section-12.5.3 */
export function takesGzip(acceptEncoding: string | undefined): boolean {
  const entries = entriesOf(acceptEncoding);
  const named =
    entries.find(({ name }) => name === "gzip" || name === "x-gzip") ?? entries.find(({ name }) => name === "*");
  return named !== undefined && named.quality > 0;
}

/** How exactly a range names an offer: 0 for anything, 1 for the type, 2 in full, 3 with its version; -1 for not at all. */
function exactnessOf({ name, version }: Entry, offer: Offer): number {
  if (name === "*/*" || name === "*") return 0;
  if (name === `${offer.type}/*`) return 1;
  if (name !== `${offer.type}/${offer.subtype}`) return -1;
  if (version === undefined) return 2;
  return offer.versions.includes(version) ? 3 : -1;
}

interface Entry {
  readonly name: string;
  readonly version: string | undefined;
  /** 0 to 1. */
  readonly quality: number;
}

function entriesOf(header: string | undefined): readonly Entry[] {
  if (header === undefined || header.length > maxHeaderLength) return [];
  return header
    .toLowerCase()
    .split(",")
    .flatMap((each) => {
      const [name = "", ...parameters] = each.split(";").map((part) => part.trim());
      const quality = qualityOf(parameterOf(parameters, "q"));
      return name === "" || quality === undefined
        ? []
        : [{ name, version: parameterOf(parameters, "version"), quality }];
    });
}

function parameterOf(parameters: readonly string[], key: string): string | undefined {
  const found = parameters.find((each) => each.split("=", 1)[0]?.trimEnd() === key);
  return found
    ?.slice(found.indexOf("=") + 1)
    .replaceAll('"', "")
    .trim();
}

/** Undefined for what is no quality: the range that carries it is then not counted. */
function qualityOf(text: string | undefined): number | undefined {
  if (text === undefined) return 1;
  return /^(?:0(?:\.\d{0,3})?|1(?:\.0{0,3})?)$/.test(text) ? Number(text) : undefined;
}
