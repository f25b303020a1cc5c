import { describe, expect, it } from "vitest";
import { alertmanager } from "../../../src/catalog/alertmanager/index.ts";
import type { Service } from "../../../src/model/model.ts";
import { host, model, service } from "../../render/platform.ts";

const hosts = [host("mon2", { lan: "192.0.2.12" }), host("mon1", { lan: "192.0.2.11", back: "198.51.100.11" })];
const of = (on: typeof hosts, more: Partial<Service> = {}): Service => service("paging", "alertmanager", on, more)[1];
const flags = (each: Service): readonly string[] => alertmanager.units?.(each, model)[0]?.flags ?? [];

describe("the flags of Alertmanager", () => {
  it("leave the gossip port alone where an instance is alone", () => {
    expect(alertmanager.ports?.(of(hosts.slice(0, 1)))).toEqual([]);
    expect(alertmanager.ports?.(of(hosts)).map(({ port }) => port)).toEqual([9094]);
  });

  it("give the retention in seconds, as Alertmanager reads no days", () => {
    expect(flags(of(hosts))).toContain("--data.retention=432000s");
    expect(flags(of(hosts, { settings: { retention: "1d12h" } }))).toContain("--data.retention=129600s");
  });

  it("keep the paths of scrapes where the external address has one of its own", () => {
    expect(flags(of(hosts, { settings: { external_url: "https://example.org/alerts" } }))).toEqual(
      expect.arrayContaining(["--web.external-url=https://example.org/alerts", "--web.route-prefix=/"]),
    );
  });
});
