import { describe, expect, it } from "vitest";
import { nodejs } from "../../../src/catalog/nodejs/index.ts";
import type { Model, Service } from "../../../src/model/model.ts";
import { host, model, service } from "../../render/platform.ts";

const of = (more: Partial<Service>): Service =>
  service("order", "nodejs", [host("app1", { lan: "192.0.2.21" })], more)[1];
const asked = (more: Partial<Service>): readonly string[] =>
  nodejs.endpoints(of(more), model satisfies Model).map(({ port, path }) => `${port}${path}`);

describe("the kind nodejs", () => {
  it("asks the application for /metrics on its own port", () => {
    expect(asked({ port: 3002 })).toEqual(["3002/metrics"]);
  });

  it("asks where the inventory says that metrics are", () => {
    expect(asked({ port: 3002, metrics: { path: "/internal/metrics", port: 9464 } })).toEqual([
      "9464/internal/metrics",
    ]);
    expect(asked({ port: 3002, metrics: { path: undefined, port: 9464 } })).toEqual(["9464/metrics"]);
  });

  it("misses the port of an application that has none, as there is no default", () => {
    expect(asked({})).toEqual([]);
    expect(nodejs.check?.(of({}), model)).toMatchObject([
      { code: "missing-key", path: ["services", "order", "port"], at: "parent" },
    ]);
    expect(nodejs.check?.(of({ port: 3002 }), model)).toEqual([]);
  });

  it("needs no port for what runs elsewhere", () => {
    const external = [{ host: "order.example.org", port: 8080, source: ["services", "order", "external", 0] }];
    expect(nodejs.check?.({ ...of({}), instances: [], external }, model)).toEqual([]);
    expect(asked({ instances: [], external })).toEqual(["8080/metrics"]);
  });

  it("watches the unit of the service's name unless another one is named", () => {
    expect(nodejs.units?.(of({ port: 1 }), model)).toEqual([{ name: "order" }]);
    expect(nodejs.units?.(of({ port: 1, settings: { unit: "order-api" } }), model)).toEqual([{ name: "order-api" }]);
  });
});
