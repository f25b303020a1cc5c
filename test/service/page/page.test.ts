import fc from "fast-check";
import { describe, expect, it } from "vitest";
import type { Observation } from "../../../src/service/asking/questions.ts";
import type { InventoryState } from "../../../src/service/inventory/keeper.ts";
import { snapshotOf } from "../../../src/service/inventory/snapshot.ts";
import { html } from "../../../src/service/page/html.ts";
import { drawPage } from "../../../src/service/page/page.ts";
import { statusOf } from "../../../src/service/page/status.ts";
import { printAge } from "../../../src/service/page/time.ts";
import { buildText } from "../../real/lab/stack.ts";

const result = buildText(`
version: 1
platform: tiny
environment: test
segments: { lan: { cidr: 192.0.2.0/24, interface: eth0 } }
hosts:
  a: { address: 192.0.2.1, segment: lan }
  b: { address: 192.0.2.2, segment: lan }
services:
  edge: { kind: nginx, hosts: [a, b] }
  metrics: { kind: prometheus, hosts: [a, b] }
virtual_ips:
  web: { address: 192.0.2.100/24, service: edge, virtual_router_id: 7 }
`);
const snapshot = snapshotOf({ diagnostics: [], accepted: [], result }, new Set());
const inventory: InventoryState = {
  ...{ file: "/i.yaml", snapshot, facts: snapshot.facts, factsSinceMs: 0, lastReadMs: 0 },
  ...{ failure: undefined, digest: undefined, generation: undefined },
};
const about = { nowMs: 60_000, version: "1", startedMs: 0, accessFailure: undefined };

function seeing(held: readonly [string, boolean][], seen: readonly [string, number][] = []): Observation {
  return {
    ...{ by: "a:9090", atMs: 0, seen: new Map(seen), known: new Map([["node", 2]]), down: new Map() },
    held: new Map([["web", new Map(held)]]),
  };
}

function statusWith(latest: Observation | undefined) {
  return statusOf(inventory, { latest, servers: [] }, about);
}

describe("what the page says of a virtual IP", () => {
  it.each([
    [
      [
        ["a", true],
        ["b", false],
      ],
      "good",
      ["a"],
    ],
    [
      [
        ["a", false],
        ["b", true],
      ],
      "warning",
      ["b"],
    ],
    [
      [
        ["a", true],
        ["b", true],
      ],
      "bad",
      ["a", "b"],
    ],
    [
      [
        ["a", false],
        ["b", false],
      ],
      "bad",
      [],
    ],
    [[["a", false]], "unknown", []],
    [[["b", true]], "warning", ["b"]],
    [[], "unknown", []],
  ] as const)("whose members say %j is %s", (held, level, holders) => {
    const [vip] = statusWith(seeing(held.map(([host, is]) => [host, is]))).virtualIps;
    expect(vip).toMatchObject({ level, holders });
  });

  it("is unknown while no Prometheus answers, and never that nobody holds it", () => {
    const page = drawPage(statusWith(undefined));
    expect(page).toContain("holder unknown");
    expect(page).not.toContain("held by nobody");
  });
});

describe("what the page says of targets", () => {
  it("is unknown while no Prometheus answers, not 0", () => {
    const status = statusWith(undefined);
    expect(status.seen).toBeUndefined();
    expect(status.services.every(({ level, seen }) => level === "unknown" && seen === undefined)).toBe(true);
    expect(drawPage(status)).toContain("seen: unknown");
  });

  it("puts services with missing ones first, and tells what Prometheus does not know", () => {
    const { services } = statusWith(
      seeing(
        [],
        [
          ["metrics", 2],
          ["edge", 2],
          ["node", 1],
        ],
      ),
    );
    expect(services.map(({ name, level }) => `${name} ${level}`).slice(0, 2)).toEqual([
      "keepalived bad",
      "node warning",
    ]);
    expect(services.find(({ name }) => name === "keepalived")?.strangers).toBe(2);
    expect(services.find(({ name }) => name === "node")?.strangers).toBe(0);
  });
});

describe("the page", () => {
  it("says first that the inventory is broken, and what is in force", () => {
    const broken = { ...inventory, snapshot: { ...snapshot, errors: 2, facts: undefined } };
    const page = drawPage(statusOf(broken, { latest: undefined, servers: [] }, about));
    const main = page.slice(page.indexOf("<main>") + "<main>".length);
    expect(main).toMatch(/^<div class="alarm bad" role="alert"><h2>The inventory has 2 errors/);
    expect(main).toContain("stays in force");
  });

  it("claims nothing of what is in the inventory while there was none without errors", () => {
    const broken = { ...snapshot, errors: 1, facts: undefined };
    const never = { ...inventory, snapshot: broken, facts: undefined, factsSinceMs: undefined };
    const page = String(drawPage(statusOf(never, { latest: undefined, servers: [] }, about)));
    expect(page).toContain("none has been since the start");
    expect(page).not.toContain("the last good one is");
    expect(page).not.toMatch(/none<\/b><span class="detail">in the inventory|none in the inventory/);
  });

  it("escapes whatever the inventory says", () => {
    const evil = `<script>alert(1)</script>"'&\u202e\u0000`;
    const [problem] = [
      { file: evil, line: 1, column: 1, severity: "error", code: "unsafe-value", message: evil, hint: evil },
    ] as const;
    const state = {
      ...inventory,
      file: evil,
      failure: evil,
      snapshot: { ...snapshot, errors: 1, problems: [problem] },
    };
    const page = drawPage(
      statusOf(
        state,
        { latest: undefined, servers: [{ instance: evil, type: "silent", reason: evil }] },
        { ...about, accessFailure: evil },
      ),
    );
    expect(page).not.toContain("<script");
    expect(page).toContain("&lt;script&gt;alert(1)&lt;/script&gt;&quot;&#39;&amp;\\u202e\\u0000");
    expect(page).not.toContain("\u202e");
    expect(page).not.toContain("\u0000");
  });

  it("escapes any text between tags and in attributes", () => {
    fc.assert(
      fc.property(fc.string({ unit: "binary" }), (text) => {
        const { text: printed } = html`<a title="${text}">${[text, html`<b>${text}</b>`]}</a>`;
        expect(printed.replaceAll(/&(?:amp|lt|gt|quot|#39);/g, "")).toMatch(
          /^<a title="[^"<>&]*">[^"<>&]*<b>[^"<>&]*<\/b><\/a>$/,
        );
      }),
    );
  });

  it.each([
    [0, "0 s"],
    [12_400, "12 s"],
    [59_600, "1 min"],
    [7_260_000, "2 h 1 min"],
    [90_000_000, "1 d 1 h"],
    [-5, "0 s"],
  ])("prints an age of %d ms as %s", (ms, text) => {
    expect(printAge(ms)).toBe(text);
  });
});
