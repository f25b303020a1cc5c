import { expect, test } from "vitest";
import { addressFrom } from "../../src/model/reach.ts";
import { secretPath } from "../../src/model/secret-path.ts";
import { host } from "../render/platform.ts";

const balancer = host("lb1", { frontend: "198.51.100.11", backend: "203.0.113.11" });

test("a host is reached on the first segment of who asks that both are on", () => {
  expect(addressFrom(host("app1", { backend: "203.0.113.21" }), balancer)).toBe("203.0.113.11");
  expect(addressFrom(host("lb2", { backend: "203.0.113.12", frontend: "198.51.100.12" }), balancer)).toBe(
    "203.0.113.11",
  );
});

test("a host that shares no segment, and the host itself, use the first leg", () => {
  expect(addressFrom(host("far", { office: "192.0.2.1" }), balancer)).toBe("198.51.100.11");
  expect(addressFrom(balancer, balancer)).toBe("198.51.100.11");
});

test("a secret is found by the inventory path of its reference, and one that is on the host stays there", () => {
  const path = ["tracing", "exporters", 1, "otlp_http", "url"];
  expect(secretPath({ from: "env", name: "TOKEN" }, path)).toBe(
    "/etc/stackwright/secrets/tracing.exporters.1.otlp_http.url",
  );
  expect(secretPath({ from: "host_file", path: "/etc/ssl/key" }, path)).toBe("/etc/ssl/key");
});
