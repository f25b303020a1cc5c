import {
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  statSync,
  symlinkSync,
  writeFileSync,
} from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import type { Artifact } from "../../src/artifact/artifact.ts";
import { type Manifest, manifestOf } from "../../src/artifact/manifest.ts";
import { type Files, realFiles } from "../../src/io/tree/files.ts";
import { lockTree } from "../../src/io/tree/lock.ts";
import { compareTree, isSame, writeTree } from "../../src/io/tree/write.ts";

let root: string;
beforeEach(() => {
  root = mkdtempSync(join(tmpdir(), "tree-test-"));
});
afterEach(() => rmSync(root, { recursive: true, force: true }));

function artifact(path: string, content: string): Artifact {
  return { path, content, mode: 0o644, owner: "root:root", generator: "test", source: [["platform"]], installs: [] };
}

function manifest(artifacts: readonly Artifact[], platform = "meishi"): Manifest {
  return manifestOf({ platform, environment: "production", inventory_sha256: "0".repeat(64) }, artifacts, []);
}

async function write(
  artifacts: readonly Artifact[],
  options: { force?: boolean; files?: Files; platform?: string } = {},
) {
  const { force = false, files, platform } = options;
  return writeTree(root, artifacts, manifest(artifacts, platform), { force, waitMs: 200, ...(files && { files }) });
}

/** Every file below the root but the work folder's, with its content. */
function snapshot(folder = root, prefix = ""): Record<string, string> {
  const found: Record<string, string> = {};
  for (const name of readdirSync(folder).sort()) {
    if (prefix === "" && name === ".stackwright") continue;
    const path = join(folder, name);
    if (statSync(path).isDirectory()) Object.assign(found, snapshot(path, `${prefix}${name}/`));
    else found[`${prefix}${name}`] = readFileSync(path, "utf8");
  }
  return found;
}

const before = [
  artifact("alerts/a.yml", "old a\n"),
  artifact("alerts/gone.yml", "gone\n"),
  artifact("deploy/hosts/h/etc/x", "same\n"),
];
const after = [
  artifact("alerts/a.yml", "new a\n"),
  artifact("dashboards/b.json", "{}\n"),
  artifact("deploy/hosts/h/etc/x", "same\n"),
];

describe("writing a tree", () => {
  it("writes what is missing, changes what differs and removes what is no longer asked for", async () => {
    await write(before);
    const outcome = await write(after);
    expect(outcome.ok && outcome.difference).toMatchObject({
      added: ["dashboards/b.json"],
      changed: ["alerts/a.yml", "deploy/manifest.json"],
      removed: ["alerts/gone.yml"],
      kept: [],
    });
    expect(Object.keys(snapshot())).toEqual([
      "alerts/a.yml",
      "dashboards/b.json",
      "deploy/hosts/h/etc/x",
      "deploy/manifest.json",
    ]);
    expect(isSame(compareTree(root, after, manifest(after)))).toBe(true);
  });

  it("touches nothing when nothing differs", async () => {
    await write(before);
    const time = statSync(join(root, "alerts/a.yml")).mtimeMs;
    const outcome = await write(before);
    expect(outcome.ok && isSame(outcome.difference)).toBe(true);
    expect(statSync(join(root, "alerts/a.yml")).mtimeMs).toBe(time);
  });

  it("keeps a file that was edited by hand until it is forced", async () => {
    await write(before);
    writeFileSync(join(root, "alerts/a.yml"), "mine\n");
    const kept = await write(after);
    expect(kept.ok && kept.difference.kept).toEqual(["alerts/a.yml"]);
    expect(snapshot()["alerts/a.yml"]).toBe("mine\n");
    const again = await write(after);
    expect(again.ok && again.difference.kept).toEqual(["alerts/a.yml"]);
    await write(after, { force: true });
    expect(snapshot()["alerts/a.yml"]).toBe("new a\n");
  });

  it("keeps an edited file that is no longer asked for, and a stranger's file", async () => {
    await write(before);
    writeFileSync(join(root, "alerts/gone.yml"), "mine\n");
    mkdirSync(join(root, "dashboards"));
    writeFileSync(join(root, "dashboards/b.json"), "not ours\n");
    const outcome = await write(after);
    expect(outcome.ok && outcome.difference.kept).toEqual(["alerts/gone.yml", "dashboards/b.json"]);
    expect(snapshot()).toMatchObject({ "alerts/gone.yml": "mine\n", "dashboards/b.json": "not ours\n" });
  });

  it("refuses a tree of another platform unless it is forced", async () => {
    await write(before, { platform: "other" });
    const outcome = await write(after);
    expect(outcome).toMatchObject({
      ok: false,
      reason: "refused",
      difference: { foreign: { platform: "other", environment: "production" } },
    });
    expect(snapshot()["alerts/a.yml"]).toBe("old a\n");
    expect((await write(after, { force: true })).ok).toBe(true);
  });

  it.each(["../outside", "/etc/cron.d/x", "a/../../b", "a//b", "./a", "a\\b", ""])(
    "refuses the path %j",
    async (path) => {
      const outcome = await write([artifact(path, "x")]);
      expect(outcome).toMatchObject({ ok: false, reason: "refused" });
      expect(snapshot()).toEqual({});
    },
  );

  it("follows no symbolic link, neither as a file nor as a folder", async () => {
    const outside = mkdtempSync(join(tmpdir(), "tree-outside-"));
    writeFileSync(join(outside, "a.yml"), "precious\n");
    symlinkSync(outside, join(root, "alerts"));
    expect(await write(after)).toMatchObject({
      ok: false,
      reason: "refused",
      difference: { refused: ["alerts is a symbolic link"] },
    });
    rmSync(join(root, "alerts"));
    mkdirSync(join(root, "alerts"));
    symlinkSync(join(outside, "a.yml"), join(root, "alerts/a.yml"));
    expect(await write(after, { force: true })).toMatchObject({
      ok: false,
      difference: { refused: ["alerts/a.yml is a symbolic link"] },
    });
    expect(readFileSync(join(outside, "a.yml"), "utf8")).toBe("precious\n");
    rmSync(outside, { recursive: true });
  });

  it("says who holds the lock when another run is writing", async () => {
    await write(before);
    const lock = await lockTree(root, 100);
    expect(typeof lock).toBe("object");
    expect(await write(after)).toEqual({ ok: false, reason: "locked", holder: `process ${process.pid}` });
    if (typeof lock === "object") lock.release();
    expect((await write(after)).ok).toBe(true);
  });
});

describe("a run that is cut off", () => {
  /** A file system that stops at the n-th change, as a kill would: nothing that follows is done, tidying neither. */
  function stoppingAt(limit: number): { readonly files: Files; readonly stopped: () => boolean } {
    let changes = 0;
    const guard =
      <Args extends readonly unknown[]>(act: (...args: Args) => void) =>
      (...args: Args): void => {
        if (changes++ >= limit) throw new Error("cut off");
        act(...args);
      };
    const { writeFile, rename, unlink, makeFolder, removeTree, removeEmpty } = realFiles;
    const files = {
      ...realFiles,
      writeFile: guard(writeFile),
      rename: guard(rename),
      unlink: guard(unlink),
      makeFolder: guard(makeFolder),
      removeTree: guard(removeTree),
      removeEmpty: guard(removeEmpty),
    };
    return { files, stopped: () => changes > limit };
  }

  it("leaves the old tree or one that the next run finishes, wherever it was cut", async () => {
    await write(before);
    const old = snapshot();
    await write(after);
    const fresh = snapshot();
    const seen = new Set<string>();
    for (let limit = 0; limit < 200; limit++) {
      rmSync(root, { recursive: true, force: true });
      mkdirSync(root);
      await write(before);
      const { files, stopped } = stoppingAt(limit);
      await write(after, { files }).catch(() => undefined);
      const unfinished = compareTree(root, after, manifest(after)).unfinished;
      if (!unfinished && stopped()) {
        expect(snapshot()).toEqual(old);
        seen.add("old");
      }
      const outcome = await write(after);
      expect(outcome.ok && outcome.finishedEarlierRun).toBe(unfinished);
      expect(snapshot()).toEqual(fresh);
      expect(readdirSync(join(root, ".stackwright"))).toEqual(["holder"]);
      if (unfinished) seen.add("finished");
      if (!stopped()) break;
    }
    expect([...seen].sort()).toEqual(["finished", "old"]);
  });

  it("leaves nothing or a tree that the next run finishes, where there was none before", async () => {
    await write(after);
    const fresh = snapshot();
    const seen = new Set<string>();
    for (let limit = 0; limit < 200; limit++) {
      rmSync(root, { recursive: true, force: true });
      mkdirSync(root);
      const { files, stopped } = stoppingAt(limit);
      await write(after, { files }).catch(() => undefined);
      const unfinished = compareTree(root, after, manifest(after)).unfinished;
      if (!unfinished && stopped()) {
        expect(readdirSync(root)).toEqual([".stackwright"]);
        seen.add("nothing");
      }
      const outcome = await write(after);
      expect(outcome.ok && outcome.finishedEarlierRun).toBe(unfinished);
      expect(snapshot()).toEqual(fresh);
      if (unfinished) seen.add("finished");
      if (!stopped()) break;
    }
    expect([...seen].sort()).toEqual(["finished", "nothing"]);
  });

  it("fills a folder that somebody made in the meantime, and leaves what is in it", async () => {
    const theirs = (): void => {
      mkdirSync(join(root, "deploy/hosts/h/etc"), { recursive: true });
      writeFileSync(join(root, "deploy/hosts/h/notes"), "theirs\n");
    };
    const rename: Files["rename"] = (from, to) => {
      realFiles.rename(from, to);
      if (to.endsWith("journal.json")) throw new Error("cut off");
    };
    await expect(write(after, { files: { ...realFiles, rename } })).rejects.toThrow("cut off");
    theirs();
    const outcome = await write(after);
    expect(outcome).toMatchObject({ ok: true, finishedEarlierRun: true });
    expect(snapshot()).toMatchObject({ "deploy/hosts/h/notes": "theirs\n", "deploy/hosts/h/etc/x": "same\n" });
    expect(isSame(compareTree(root, after, manifest(after)))).toBe(true);
    expect(readdirSync(join(root, ".stackwright"))).toEqual(["holder"]);
  });

  describe("a journal that no run of ours left", () => {
    const journal = (changes: unknown) => {
      mkdirSync(join(root, "tree/.stackwright/stage"), { recursive: true });
      writeFileSync(join(root, "tree/.stackwright/stage/0"), "planted\n");
      writeFileSync(join(root, "tree/.stackwright/journal.json"), JSON.stringify(changes));
    };
    const go = () => writeTree(join(root, "tree"), after, manifest(after), { force: false, waitMs: 200 });

    it.each([
      ["a move", { moves: ["../planted"], removes: [] }],
      ["a removal", { moves: [], removes: ["../precious"] }],
      ["a removal by a way round", { moves: [], removes: ["alerts/../../precious"] }],
      ["a move through a symbolic link", { moves: ["link/planted"], removes: [] }],
      ["a removal through a symbolic link", { moves: [], removes: ["link/precious"] }],
      ["a move of nothing", { moves: [""], removes: [] }],
    ])("%s outside the folder is refused", async (_, changes) => {
      writeFileSync(join(root, "precious"), "theirs\n");
      journal(changes);
      symlinkSync("..", join(root, "tree/link"));
      await expect(go()).rejects.toThrow(/journal\.json names .*; remove .*\.stackwright and run it again/);
      expect(readFileSync(join(root, "precious"), "utf8")).toBe("theirs\n");
      expect(readdirSync(root).sort()).toEqual(["precious", "tree"]);
    });

    it("moves nothing out of a stage that is a symbolic link", async () => {
      journal({ moves: ["precious"], removes: [] });
      rmSync(join(root, "tree/.stackwright/stage"), { recursive: true });
      mkdirSync(join(root, "elsewhere"));
      writeFileSync(join(root, "elsewhere/0"), "theirs\n");
      symlinkSync("../../elsewhere", join(root, "tree/.stackwright/stage"));
      await expect(go()).rejects.toThrow("symbolic link; remove");
      expect(readFileSync(join(root, "elsewhere/0"), "utf8")).toBe("theirs\n");
    });

    it.each(["", "{", "[]", '{"moves":[1],"removes":[]}'])(
      "%j is damaged, and removing it mends that",
      async (text) => {
        journal({});
        writeFileSync(join(root, "tree/.stackwright/journal.json"), text);
        await expect(go()).rejects.toThrow(/journal\.json is damaged: .*; remove .*\.stackwright and run it again/);
        rmSync(join(root, "tree/.stackwright"), { recursive: true });
        expect(await go()).toMatchObject({ ok: true });
      },
    );
  });

  it("leaves the tree as it was when the disk is full", async () => {
    await write(before);
    const old = snapshot();
    const full: Files = {
      ...realFiles,
      writeFile: (path) => {
        throw Object.assign(new Error(`ENOSPC: no space left on device, write '${path}'`), {
          code: "ENOSPC",
          syscall: "write",
        });
      },
    };
    await expect(write(after, { files: full })).rejects.toThrow("ENOSPC");
    expect(snapshot()).toEqual(old);
    expect((await write(after)).ok).toBe(true);
  });
});
