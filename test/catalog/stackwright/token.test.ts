import { describe, expect, it } from "vitest";
import { stackwright } from "../../../src/catalog/stackwright/index.ts";
import type { Service } from "../../../src/model/model.ts";
import { secretPath } from "../../../src/model/secret-path.ts";
import { host, model, service } from "../../render/platform.ts";

const of = (settings: object): Service =>
  service("exporter", "stackwright", [host("mon1", { lan: "192.0.2.11" })], { settings })[1];
const unit = (settings: object) => stackwright.units?.(of(settings), model)[0];
const bearer = (settings: object) => stackwright.endpoints(of(settings), model)[0]?.bearerToken?.file;

describe("the exporter service's token", () => {
  it("is read from the same file by the service and by Prometheus", () => {
    const settings = { token: { file: "secrets/exporter-token" } };
    expect(bearer(settings)).toBe("/etc/stackwright/secrets/services.exporter.stackwright.token");
    const [file] = unit(settings)?.secretFiles ?? [];
    expect(file?.flag).toBe("--token-file");
    expect(file && secretPath(file.from, file.source)).toBe(bearer(settings));
  });

  it("stays where it is when it is on the hosts already", () => {
    expect(bearer({ token: { host_file: "/etc/exporter/token" } })).toBe("/etc/exporter/token");
  });

  it("is needed to listen beyond loopback", () => {
    expect(unit({})?.listen).toMatchObject({ port: 9740, loopback: "only" });
    expect(unit({ token: { env: "EXPORTER_TOKEN" } })?.listen).toMatchObject({ port: 9740, loopback: "too" });
  });

  it("is never written out", () => {
    expect(stackwright.settings.safeParse({ token: "hunter2" }).success).toBe(false);
  });
});

describe("the exporter service's own metrics", () => {
  it("have no label with the name of a target label", () => {
    const target = ["platform", "environment", "service", "kind", "host", "owner", "job", "instance"];
    const own = stackwright.endpoints(of({}), model)[0]?.metrics.filter(({ name }) => name.startsWith("stackwright_"));
    expect(own?.length).toBeGreaterThan(0);
    expect(own?.filter(({ labels }) => target.some((name) => name in labels))).toEqual([]);
  });
});
