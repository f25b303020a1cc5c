import { describe, expect, it } from "vitest";
import { prometheus } from "../../../src/catalog/prometheus/index.ts";
import type { Service } from "../../../src/model/model.ts";
import { host, model, service } from "../../render/platform.ts";

const of = (settings: object): Service =>
  service("metrics", "prometheus", [host("mon1", { lan: "192.0.2.11" })], { settings })[1];
const flags = (settings: object): readonly string[] => prometheus.units?.(of(settings), model)[0]?.flags ?? [];
const rows = (settings: object): readonly string[] => prometheus.dashboard([of(settings)]).map(({ title }) => title);
const far = { remote_write: ["https://long.example.org/write"] };

describe("the kind prometheus", () => {
  it("keeps samples for as long as the inventory says, else 15 days", () => {
    expect(flags({ retention: "35d" })).toContain("--storage.tsdb.retention.time=35d");
    expect(flags({})).toContain("--storage.tsdb.retention.time=15d");
  });

  it("limits the size only where one is given", () => {
    expect(flags({ retention_size: "200GB" })).toContain("--storage.tsdb.retention.size=200GB");
    expect(flags({}).join(" ")).not.toContain("retention.size");
  });

  it("stores exemplars always", () => {
    expect(flags({})).toContain("--enable-feature=exemplar-storage");
  });

  it("shows remote write only where there is one", () => {
    expect(rows(far)).toContain("Remote write");
    expect(rows({})).not.toContain("Remote write");
  });

  it("has the metrics of remote write only where there is one", () => {
    const on = (settings: object) => prometheus.endpoints(of(settings), model)[0]?.collectors;
    expect(on(far)).toEqual(["remote_write"]);
    expect(on({})).toEqual([]);
  });

  it("refuses an address with a password in it", () => {
    const refused = prometheus.settings.safeParse({ remote_write: ["https://user:secret@long.example.org/write"] });
    expect(refused.success).toBe(false);
  });
});
