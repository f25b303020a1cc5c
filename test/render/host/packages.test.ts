import { describe, expect, it } from "vitest";
import { shareAlike } from "../../../src/render/host/alike.ts";
import { built, fileOn, linesOn } from "./inventory.ts";

const list = "/etc/stackwright/packages";

describe("the list of packages of a host", () => {
  const result = built(
    "  pages: { kind: nginx, hosts: [lb1, db2, old1], port: 80 }\n  boards: { kind: grafana, hosts: [db1] }",
  );

  it("is what apt takes on Debian and Ubuntu, each name once and sorted", () => {
    const names = ["nginx", "prometheus-nginx-exporter", "prometheus-node-exporter"];
    expect(linesOn(result, "lb1", list)).toEqual(names);
    expect(linesOn(result, "db2", list)).toEqual(names);
  });

  it("has the names of RHEL there, and says where to find what it lacks", () => {
    expect(linesOn(result, "old1", list)).toEqual(["nginx"]);
    expect(fileOn(result, "old1", list)).toContain(
      "# not in a repository: https://github.com/prometheus/node_exporter/releases\n",
    );
  });

  it("says which repository has a package that the distribution lacks", () => {
    expect(fileOn(result, "db1", list)).toContain("# next from https://apt.grafana.com stable main\ngrafana\n");
  });

  it("has the CAs of the system where a balancer believes a service because of them", () => {
    const edge = (asked: string): string => `  cloud: { kind: custom, external: ["api.example.net:8443"] }
  edge: { kind: nginx, hosts: [lb1, old1], nginx: { sites: [{ server_name: a, routes: [{ path: /, to: cloud, upstream_tls: ${asked} }] }] } }`;
    for (const host of ["lb1", "old1"]) {
      expect(linesOn(built(edge("true")), host, list)).toContain("ca-certificates");
      expect(linesOn(built(edge("{ ca: { host_file: /etc/ssl/ca.crt } }")), host, list)).not.toContain(
        "ca-certificates",
      );
    }
  });

  it("is for no Windows host", () => {
    expect(fileOn(result, "vdi1", list)).toBeUndefined();
  });

  it("leads each line to the service that needs it", () => {
    const artifact = result.artifacts.find(({ installs }) =>
      installs.some(({ host, path }) => host === "db1" && path === list),
    );
    const line = (artifact?.content.split("\n").indexOf("grafana") ?? -1) + 1;
    const origin = artifact?.origins?.find(({ from, to }) => from <= line && line <= to);
    expect(origin?.source).toEqual(["services", "boards"]);
  });

  it("stands once in the tree for a service whose hosts need the same", () => {
    const pair = built("  metrics: { kind: prometheus, hosts: [mon1, mon2] }");
    const paths = pair.artifacts.map(({ path }) => path).filter((path) => path.endsWith(list));
    expect(paths).toContain(`deploy/services/metrics${list}`);
    expect(paths).not.toContain(`deploy/hosts/mon1${list}`);
  });
});

describe("files that are alike on some hosts", () => {
  const file = (host: string, content: string) => ({
    host,
    service: "node",
    path: "/x",
    content,
    generator: "test",
    source: [["services"]],
  });
  const given = (files: ReturnType<typeof file>[], members: Readonly<Record<string, readonly string[]>>) =>
    shareAlike(files, new Map(Object.entries(members))).map(({ host, service }) => `${host} ${service}`);

  it("are given to the largest service that has no other content, and no host", () => {
    const files = [file("a", "1"), file("b", "1"), file("c", "1"), file("d", "2")];
    expect(given(files, { small: ["a", "b"], large: ["a", "b", "c"], mixed: ["c", "d"] })).toEqual([
      "a large",
      "b large",
      "c large",
      "d node",
    ]);
  });

  it("are not given to a service with a host that has no such file", () => {
    expect(given([file("a", "1"), file("b", "1")], { all: ["a", "b", "c"] })).toEqual(["a node", "b node"]);
  });
});
