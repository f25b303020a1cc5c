import type { BoundHistogram, Histogram, Meter } from "../metrics/instruments.ts";

/** What a finished request is counted under. */
export interface SeriesKey {
  readonly method: string;
  readonly route: string;
  /** 0 where the client left before a status was sent. */
  readonly status: number;
  readonly scheme: "http" | "https";
}

/** Finds the series of a request. */
export type FindSeries = (key: SeriesKey) => BoundHistogram;

/** https://opentelemetry.io/docs/specs/semconv/http/http-metrics/#metric-httpserverrequestduration */
const buckets = [0.005, 0.01, 0.025, 0.05, 0.075, 0.1, 0.25, 0.5, 0.75, 1, 2.5, 5, 7.5, 10];

/** Series kept at hand. Beyond it the meter is asked each time; it has a limit of its own. */
const keptAtMost = 5_000;

/** `http_server_request_duration_seconds`: the series that were used once are found without making their labels anew. */
export function requestDurations(meter: Meter): FindSeries {
  const histogram = meter.histogram({
    name: "http_server_request_duration_seconds",
    help: "Duration of HTTP server requests.",
    labels: ["http_request_method", "http_route", "http_response_status_code", "url_scheme"],
    buckets,
  });
  const kept: Record<SeriesKey["scheme"], Map<string, Map<string, Map<number, BoundHistogram>>>> = {
    http: new Map(),
    https: new Map(),
  };
  let count = 0;
  return (key) => {
    const series = kept[key.scheme].get(key.route)?.get(key.method)?.get(key.status);
    if (series !== undefined) return series;
    const bound = bind(histogram, key);
    if (count++ < keptAtMost) {
      const ofRoute = ensure(kept[key.scheme], key.route);
      ensure(ofRoute, key.method).set(key.status, bound);
    }
    return bound;
  };
}

function bind(histogram: Histogram, { method, route, status, scheme }: SeriesKey): BoundHistogram {
  return histogram.bind({
    http_request_method: method,
    http_route: route,
    http_response_status_code: status === 0 ? "" : String(status),
    url_scheme: scheme,
  });
}

function ensure<Key, Inner, Value>(maps: Map<Key, Map<Inner, Value>>, key: Key): Map<Inner, Value> {
  const found = maps.get(key);
  if (found !== undefined) return found;
  const made = new Map<Inner, Value>();
  maps.set(key, made);
  return made;
}
