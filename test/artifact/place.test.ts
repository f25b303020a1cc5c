import { describe, expect, it } from "vitest";
import { assertApart } from "../../src/artifact/apart.ts";
import { type HostArtifact, place } from "../../src/artifact/place.ts";

function file(host: string, service: string, content: string, path = "/etc/x.yml"): HostArtifact {
  return { host, service, path, content, generator: "test", source: [["services", service]] };
}

const members = (service: string): readonly string[] => (service === "web" ? ["a", "b"] : ["c"]);
const places = (files: readonly HostArtifact[]): readonly string[] =>
  place(files, members)
    .map((artifact) => `${artifact.path} on ${artifact.installs.map(({ host }) => host).join(" ")}`)
    .sort();

describe("the place of a host's file", () => {
  it("is the service's where all its hosts have the same", () => {
    expect(places([file("b", "web", "1"), file("a", "web", "1")])).toEqual(["deploy/services/web/etc/x.yml on a b"]);
  });

  it("is the host's own where hosts differ, or where only some have it", () => {
    expect(places([file("a", "web", "1"), file("b", "web", "2")])).toEqual([
      "deploy/hosts/a/etc/x.yml on a",
      "deploy/hosts/b/etc/x.yml on b",
    ]);
    expect(places([file("a", "web", "1")])).toEqual(["deploy/hosts/a/etc/x.yml on a"]);
  });

  it("is common where several hosts of a service have the same, and the others have none", () => {
    const three = (): readonly string[] => ["a", "b", "c"];
    expect(place([file("a", "web", "1"), file("b", "web", "1")], three).map(({ path }) => path)).toEqual([
      "deploy/common/etc/x.yml",
    ]);
  });

  it("is common where several services have the same everywhere", () => {
    expect(places([file("a", "web", "1"), file("b", "web", "1"), file("c", "db", "1")])).toEqual([
      "deploy/common/etc/x.yml on a b c",
    ]);
  });

  it("is each service's where services differ", () => {
    expect(places([file("a", "web", "1"), file("b", "web", "1"), file("c", "db", "2")])).toEqual([
      "deploy/services/db/etc/x.yml on c",
      "deploy/services/web/etc/x.yml on a b",
    ]);
  });

  it("keeps files of different modes apart", () => {
    const files = [file("a", "web", "1"), { ...file("b", "web", "1"), mode: 0o600 }];
    expect(places(files)).toHaveLength(2);
  });

  it("is one where two services of a host want the same, and no file is lost without a word where they do not", () => {
    const three = (): readonly string[] => ["a"];
    const [one, ...others] = place(
      [
        { ...file("a", "x", "1"), restart: ["x"] },
        { ...file("a", "y", "1"), restart: ["y"] },
      ],
      three,
    );
    expect(others).toEqual([]);
    expect(one?.installs).toEqual([{ host: "a", path: "/etc/x.yml", restart: ["x", "y"] }]);
    expect(() => place([file("a", "x", "1"), file("a", "y", "2")], three)).toThrow(
      "services x and y want different files at /etc/x.yml of host a",
    );
  });
});

describe("artifacts of several targets", () => {
  const [one] = place([file("a", "web", "1")], members);

  it("may not want one place with different contents", () => {
    if (one === undefined) throw new Error("no artifact");
    const elsewhere = { ...one, path: "deploy/other", content: "2" };
    expect(() => assertApart([one, elsewhere])).toThrow("test and test want different files at a:/etc/x.yml");
    expect(() => assertApart([one, { ...one, installs: [], mode: 0o600 }])).toThrow(one.path);
    expect(() => assertApart([one, { ...elsewhere, content: "1" }])).not.toThrow();
  });
});
