import type { Artifact } from "../../../src/artifact/artifact.ts";
import { expand } from "../../../src/catalog/expand/index.ts";
import { kinds } from "../../../src/catalog/index.ts";
import { compile } from "../../../src/model/compile.ts";
import type { Model } from "../../../src/model/model.ts";
import { renderKeepalived } from "../../../src/render/keepalived/index.ts";
import { type Read, readKeepalived } from "../../artifact/keepalived-reader.ts";

/** A file of a host in a tree of artifacts; throws where there is none. */
export function fileOn(artifacts: readonly Artifact[], host: string, path: string): Artifact {
  const found = artifacts.find(({ installs }) => installs.some((each) => each.host === host && each.path === path));
  if (found === undefined) throw new Error(`${host} has no ${path}`);
  return found;
}

export const configPath = "/etc/keepalived/keepalived.conf";

/** What keepalived reads on each host. */
export function configsOf(artifacts: readonly Artifact[]): ReadonlyMap<string, readonly Read[]> {
  return new Map(
    artifacts.flatMap(({ content, installs }) =>
      installs.filter(({ path }) => path === configPath).map(({ host }) => [host, readKeepalived(content)] as const),
    ),
  );
}

/** Words behind a keyword in a block; undefined where it does not stand there. */
export function wordsAt(block: Read | undefined, keyword: string): readonly string[] | undefined {
  return block?.block?.find(({ words }) => words[0] === keyword)?.words.slice(1);
}

/** What stands in the braces behind a keyword, one list of words a line. */
export function linesIn(block: Read | undefined, keyword: string): readonly (readonly string[])[] {
  return (block?.block?.find(({ words }) => words[0] === keyword)?.block ?? []).map(({ words }) => words);
}

/** The block that begins with these words. */
export function blockOf(config: readonly Read[] | undefined, ...words: readonly string[]): Read | undefined {
  return config?.find((each) => each.words.join(" ") === words.join(" "));
}

/** The files of keepalived alone, without those of the other targets. */
export function rendered(value: unknown): { readonly model: Model; readonly artifacts: readonly Artifact[] } {
  const { model, problems } = compile(value, kinds);
  if (model === undefined) throw new Error(problems.map(({ message }) => message).join("; "));
  return { model, artifacts: renderKeepalived(model, expand(model, kinds)) };
}

const base = {
  version: 1,
  platform: "shop",
  segments: {
    front: { cidr: "192.0.2.0/24", interface: "eth0" },
    six: { cidr: "2001:db8::/64", interface: "bond0.12" },
  },
  hosts: {
    lb1: { addresses: { front: "192.0.2.11", six: "2001:db8::11" }, labels: { rack: "a" } },
    lb2: { addresses: { front: "192.0.2.12", six: "2001:db8::12" }, labels: { rack: "b" } },
    lb3: { addresses: { front: "192.0.2.13", six: "2001:db8::13" }, labels: { rack: "c" }, managed: false },
  },
  services: { edge: { kind: "nginx", hosts: ["lb1", "lb2", "lb3"] } },
  virtual_ips: {
    web: { address: "192.0.2.100/24", service: "edge", virtual_router_id: 51, priority: ["lb2", "lb1", "lb3"] },
    web6: {
      address: "2001:DB8::100/64",
      service: "edge",
      virtual_router_id: 52,
      priority: ["lb1", "lb2", "lb3"],
      preempt: true,
      advert_interval: "200ms",
    },
  },
};

/** Artifacts of three balancers with an IPv4 and an IPv6 address, the last of them not ours; `change` replaces sections. */
export function built(change: Readonly<Record<string, unknown>> = {}): readonly Artifact[] {
  return rendered({ ...base, ...change }).artifacts;
}
