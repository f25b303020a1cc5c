import { spawnSync } from "node:child_process";
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, describe, expect, it } from "vitest";

const root = process.getuid?.() === 0;
const folder = mkdtempSync(join(tmpdir(), "disk-test-"));
afterAll(() => rmSync(folder, { recursive: true, force: true }));

/** Runs a script in a mount namespace with a small file system of its own at $DISK; gives what it printed. */
function onSmallDisk(size: string, script: string): string {
  const run = spawnSync("unshare", ["-m", "sh", "-euc", `mount -t tmpfs -o size=${size} tmpfs "$DISK"; ${script}`], {
    encoding: "utf8",
    env: {
      ...process.env,
      DISK: mkdtempSync(join(folder, "disk-")),
      WORK: folder,
      NODE: process.execPath,
      MAIN: "src/cli/main.ts",
    },
    timeout: 60_000,
  });
  return `${run.stdout}${run.stderr}`;
}

const shop = readFileSync("examples/one-host.yaml", "utf8");
writeFileSync(join(folder, "before.yaml"), shop);
// Every file of the tree changes, because the platform's label is everywhere.
writeFileSync(
  join(folder, "after.yaml"),
  shop.replace("timezone: UTC", "timezone: UTC\nlabels: { region: somewhere }"),
);

const generate = (name: string): string => `"$NODE" "$MAIN" generate -i "$WORK/${name}.yaml" -o "$DISK" --force 2>&1`;
const digest = `find "$DISK" -path "$DISK/.stackwright" -prune -o -path "$DISK/filler" -prune -o -type f -print | sort | xargs cat | sha256sum`;

describe.skipIf(!root && process.env["CI"] !== "true")("generate (needs root for a file system of its own)", () => {
  it("leaves the tree as it was on a full disk, says so, and goes on when there is room", () => {
    const output = onSmallDisk(
      "6m",
      `${generate("before")} >/dev/null
       before=$(${digest})
       dd if=/dev/zero of="$DISK/filler" bs=4k >/dev/null 2>&1 || true
       set +e; ${generate("after")}; echo "exit $?"; set -e
       [ "$before" = "$(${digest})" ] && echo unchanged
       rm "$DISK/filler"
       ${generate("after")} | tail -1
       [ "$before" != "$(${digest})" ] && echo changed`,
    );
    expect(output).toContain("ENOSPC");
    expect(output).toMatch(/exit 3\nunchanged\n[0-9]+ artifacts and their manifest in .*\nchanged\n$/);
  });

  it("says what is wrong on a read-only disk and writes nothing", () => {
    const output = onSmallDisk("6m", `mount -o remount,ro "$DISK"; set +e; ${generate("before")}; echo "exit $?"`);
    expect(output).toContain("EROFS");
    expect(output).toContain("exit 3");
  });
});
