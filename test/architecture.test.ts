import { globSync, readFileSync } from "node:fs";
import { dirname, join, relative } from "node:path";
import { describe, expect, it } from "vitest";
import { z } from "zod";

/**
 * Which folder of src/ may import which. This table is the authority: data flows one way, and the outside is touched
 * in `io/`, `cli/` and `service/` only.
 */
const mayImport: Readonly<Record<string, readonly string[]>> = {
  diagnostics: [],
  signals: ["diagnostics"],
  inventory: ["diagnostics"],
  model: ["diagnostics", "signals", "inventory"],
  promql: ["diagnostics", "signals"],
  catalog: ["diagnostics", "signals", "inventory", "model", "artifact"],
  artifact: ["diagnostics", "model", "signals"],
  render: ["diagnostics", "signals", "model", "promql", "artifact", "catalog"],
  check: ["diagnostics", "signals", "model", "promql", "artifact", "render"],
  explain: ["diagnostics", "signals", "model", "artifact"],
  pipeline: ["diagnostics", "signals", "inventory", "model", "promql", "catalog", "artifact", "render", "check"],
  io: ["diagnostics", "model", "artifact", "check", "pipeline"],
  service: [
    "diagnostics",
    "signals",
    "inventory",
    "model",
    "promql",
    "catalog",
    "artifact",
    "render",
    "pipeline",
    "io",
  ],
  cli: [
    "diagnostics",
    "signals",
    "inventory",
    "model",
    "promql",
    "catalog",
    "artifact",
    "render",
    "check",
    "explain",
    "pipeline",
    "io",
    "service",
  ],
};

/** Modules of Node that compute and touch nothing. */
const pureModules = new Set(["node:crypto", "node:path", "node:util"]);
const outside = new Set(["io", "cli", "service"]);
/** Packages that only some folders may use, because they are dear to load or touch the outside. */
const packageHomes: Readonly<Record<string, readonly string[]>> = {
  execa: ["io"],
  commander: ["cli"],
  express: ["service"],
  "prom-client": ["service"],
  bcryptjs: ["service"],
  yaml: ["inventory"],
  "@grafana/grafana-foundation-sdk": ["render"],
  "@prometheus-io/lezer-promql": ["promql"],
  "@lezer/common": ["promql"],
};

interface Import {
  readonly file: string;
  readonly folder: string;
  readonly target: string;
}

const imports = importsIn("src");

/** Of all sources below a root; `folder` is the first one below it. */
function importsIn(root: string): readonly Import[] {
  return globSync(`${root}/**/*.ts`).flatMap((file) => {
    const text = readFileSync(file, "utf8");
    const folder = relative(root, file).split("/")[0] ?? "";
    return [...text.matchAll(/(?:from|import\()\s*"([^"]+)"/g)].map((match) => ({
      file,
      folder,
      target: match[1] ?? "",
    }));
  });
}

function folderOf({ file, target }: Import): string {
  return relative("src", join(dirname(file), target)).split("/")[0] ?? "";
}

describe("the architecture", () => {
  it("has every folder of src in the table", () => {
    expect([...new Set(imports.map((each) => each.folder))].sort()).toEqual(Object.keys(mayImport).sort());
  });

  it("lets a folder import only what the table allows", () => {
    const wrong = imports
      .filter(({ target }) => target.startsWith("."))
      .filter((each) => {
        const to = folderOf(each);
        return to !== each.folder && to !== ".." && mayImport[each.folder]?.includes(to) !== true;
      })
      .map(({ file, target }) => `${file} imports ${target}`);
    expect(wrong).toEqual([]);
  });

  it("keeps kinds apart from kinds, and targets from targets", () => {
    const wrong = imports.filter((each) => {
      if (!["catalog", "render"].includes(each.folder) || !each.target.startsWith(".")) return false;
      const [own, other] = [each.file, join(dirname(each.file), each.target)].map((path) =>
        relative(`src/${each.folder}`, path).split("/"),
      );
      const registry = own?.length === 1 || own?.[0] === "expand";
      return !registry && other !== undefined && other.length > 1 && other[0] !== ".." && other[0] !== own?.[0];
    });
    expect(wrong.map(({ file, target }) => `${file} imports ${target}`)).toEqual([]);
  });

  it("lets a target read the settings of a kind, and nothing else of the catalog", () => {
    const wrong = imports.filter(
      (each) =>
        each.folder === "render" &&
        each.target.startsWith(".") &&
        folderOf(each) === "catalog" &&
        !/^src\/catalog\/[a-z-]+\/settings\.ts$/.test(join(dirname(each.file), each.target)),
    );
    expect(wrong.map(({ file, target }) => `${file} imports ${target}`)).toEqual([]);
  });

  it("touches the outside nowhere but in io, cli and service", () => {
    const wrong = imports.filter(
      ({ folder, target }) => target.startsWith("node:") && !pureModules.has(target) && !outside.has(folder),
    );
    expect(wrong.map(({ file, target }) => `${file} imports ${target}`)).toEqual([]);
    const impure = globSync("src/**/*.ts")
      .filter((file) => !outside.has(relative("src", file).split("/")[0] ?? ""))
      .filter((file) =>
        /\b(?:Date\.now|new Date\(\)|Math\.random|process\.(?:env|cwd|argv|stdout|stderr)|performance\.now)\b/.test(
          readFileSync(file, "utf8"),
        ),
      );
    expect(impure).toEqual([]);
  });

  it("uses some packages only where they belong", () => {
    const wrong = imports.filter(({ folder, target }) =>
      Object.entries(packageHomes).some(
        ([name, homes]) => (target === name || target.startsWith(`${name}/`)) && !homes.includes(folder),
      ),
    );
    expect(wrong.map(({ file, target }) => `${file} imports ${target}`)).toEqual([]);
  });

  it("has no import cycle between folders", () => {
    const edges = new Map<string, Set<string>>();
    for (const each of imports) {
      if (!each.target.startsWith(".")) continue;
      const to = folderOf(each);
      if (to !== each.folder && to !== "..") edges.set(each.folder, (edges.get(each.folder) ?? new Set()).add(to));
    }
    const cycles: string[] = [];
    const visit = (folder: string, trail: readonly string[]): void => {
      if (trail.includes(folder)) cycles.push([...trail.slice(trail.indexOf(folder)), folder].join(" → "));
      else for (const next of edges.get(folder) ?? []) visit(next, [...trail, folder]);
    };
    for (const folder of edges.keys()) visit(folder, []);
    expect(cycles).toEqual([]);
  });

  it("keeps the product, the telemetry library and the sample applications apart", () => {
    const leaves = ({ file, target }: Import, root: string): boolean =>
      target.startsWith(".") && relative(root, join(dirname(file), target)).startsWith("..");
    const wrong = [
      ...imports.filter((each) => leaves(each, "src") && !each.target.endsWith("package.json")),
      ...imports.filter(({ target }) => target.startsWith("@stackwright/")),
      ...importsIn("packages/telemetry/src").filter(
        (each) => leaves(each, "packages/telemetry/src") || /^(?:@stackwright\/|stackwright$)/.test(each.target),
      ),
      // An application sees the library as anybody's does: by its name, and nothing else of ours.
      ...importsIn("apps").filter(
        (each) =>
          leaves(each, `apps/${each.folder}/src`) ||
          /^(?:@stackwright\/(?!telemetry$|sample-(?:faults|service)$)|stackwright$)/.test(each.target),
      ),
    ];
    expect(wrong.map(({ file, target }) => `${file} imports ${target}`)).toEqual([]);
  });

  it("has everything that an application imports among its own dependencies", () => {
    const manifest = z.object({ name: z.string(), dependencies: z.record(z.string(), z.string()) });
    const wrong = importsIn("apps").filter(({ folder, target }) => {
      if (target.startsWith(".") || target.startsWith("node:")) return false;
      const { dependencies } = manifest.parse(JSON.parse(readFileSync(`apps/${folder}/package.json`, "utf8")));
      const name = target.split("/", target.startsWith("@") ? 2 : 1).join("/");
      return dependencies[name] === undefined;
    });
    expect(wrong.map(({ file, target }) => `${file} imports ${target}`)).toEqual([]);
  });
});
