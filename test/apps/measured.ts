import { createMeter } from "../../packages/telemetry/src/metrics/meter.ts";

/** A real meter with a way to read it; labels as they are printed, `reason="slow"`. */
export function measured() {
  const { meter, families } = createMeter({ maxSeries: 100 });
  return {
    meter,
    /** Of a counter or gauge; of a histogram the number of observations. 0 where there is no such series. */
    value(name: string, labels = ""): number {
      for (const family of families()) {
        if (family.name !== name) continue;
        if (family.type === "histogram") {
          const cursor = family.open();
          while (cursor.next())
            if (cursor.labels === labels)
              return [...family.bounds, 0].reduce((sum, _, at) => sum + cursor.bucket(at), 0);
        } else if (family.type === "counter" || family.type === "gauge") {
          const cursor = family.open();
          while (cursor.next()) if (cursor.labels === labels) return cursor.value;
        }
      }
      return 0;
    },
  };
}
