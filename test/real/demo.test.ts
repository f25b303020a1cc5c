// About 110 s: half of it is the pause that Alertmanager makes before it tells anybody.
import { type ChildProcess, spawn } from "node:child_process";
import { once } from "node:events";
import { cpSync, mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { text } from "node:stream/consumers";
import { fileURLToPath } from "node:url";
import { afterAll, afterEach, beforeAll, describe, expect, it } from "vitest";
import { z } from "zod";
import { buildBundle, bundle, removeBundle } from "../scenarios/story.ts";
import { eventually } from "./lab/waiting.ts";
import { describeWith } from "./tool.ts";

const main = fileURLToPath(new URL("../../src/cli/main.ts", import.meta.url));
const outcome = z.object({
  ok: z.boolean(),
  shown: z.array(z.object({ id: z.string(), link: z.string() })),
  missed: z.array(z.unknown()),
  not_shown: z.array(z.object({ what: z.string(), needs: z.string() })),
  addresses: z.record(z.string(), z.string()),
});

let place = "";
const running: ChildProcess[] = [];
beforeAll(() => {
  place = mkdtempSync(join(tmpdir(), "demo-test-"));
});
afterEach(async () => {
  for (const child of running.splice(0)) {
    if (child.exitCode !== null || child.signalCode !== null) continue;
    child.kill("SIGINT");
    await once(child, "exit");
  }
});
afterAll(() => rmSync(place, { recursive: true, force: true }));

interface Demo {
  readonly child: ChildProcess;
  readonly said: () => string;
  readonly ended: Promise<{ readonly code: number | null; readonly out: string }>;
}

function demo(args: readonly string[], env: Readonly<Record<string, string>> = {}): Demo {
  const child = spawn(process.execPath, ["--conditions=stackwright-source", main, "demo", ...args], {
    stdio: ["ignore", "pipe", "pipe"],
    env: { ...process.env, ...env, TMPDIR: place },
  });
  running.push(child);
  let said = "";
  child.stderr.setEncoding("utf8").on("data", (more: string) => {
    said += more;
  });
  const ended = Promise.all([once(child, "exit"), text(child.stdout)]).then(([[code], out]) => ({ code, out }));
  return { child, said: () => said, ended };
}

/** Waits for words of a demo; tells all that it said where they do not come. */
function says(demo: Demo, words: string): Promise<void> {
  return eventually(() => {
    if (!demo.said().includes(words)) throw new Error(`it did not say ${words}, but: ${demo.said()}`);
  }, 60);
}

/** Processes that a demo started, wherever they are. */
function processes(): readonly string[] {
  return readdirSync("/proc")
    .filter((name) => /^\d+$/.test(name))
    .filter((pid) => {
      try {
        const words = readFileSync(`/proc/${pid}/cmdline`, "utf8") + readFileSync(`/proc/${pid}/environ`, "utf8");
        return words.includes(`STACKWRIGHT_RUN=${place}`) || words.includes(`=${place}/`);
      } catch {
        return false;
      }
    });
}

function expectNothingLeft(): void {
  expect(processes()).toEqual([]);
  expect(readdirSync(place)).toEqual([]);
}

describeWith(
  [
    ...["prometheus", "prometheus-alertmanager", "prometheus-node-exporter", "prometheus-blackbox-exporter"],
    ...["nginx", "unshare"],
  ],
  "a demo with all tools",
  () => {
    it("shows a page, a trace, a log line, an alert and its notification within two minutes, and leaves nothing", async () => {
      const whole = demo(["--once", "--json"]);
      const { code, out } = await whole.ended;
      expect(code, whole.said()).toBe(0);
      const { ok, shown, missed, not_shown, addresses } = outcome.parse(JSON.parse(out));
      expect([ok, missed, not_shown]).toEqual([true, [], []]);
      expect(shown.map(({ id }) => id)).toEqual(["page", "trace", "log", "alert", "notification"]);
      expectNothingLeft();
      for (const address of Object.values(addresses)) {
        expect(new URL(address).hostname).toBe("127.0.0.1");
        await expect(fetch(address)).rejects.toThrow();
      }
    }, 150_000);

    it("tells a second one who runs, and is cleaned up after by the next one when it was killed", async () => {
      const first = demo([]);
      await says(first, "all of it answers");
      const second = demo(["--once"]);
      expect((await second.ended).code).toBe(1);
      expect(second.said()).toContain(
        `a demo runs already (process ${first.child.pid}, to be seen at http://127.0.0.1:`,
      );
      expect(processes().length).toBeGreaterThan(10);
      first.child.kill("SIGKILL");
      await first.ended;
      expect(processes().length).toBeGreaterThan(10);

      const third = demo([]);
      await says(third, "removed what a demo left that was killed: exporter, menu");
      await says(third, "generated");
      third.child.kill("SIGINT");
      expect((await third.ended).code).toBe(130);
      expectNothingLeft();
    }, 90_000);
  },
);

describe("a demo without tools", () => {
  it("shows what it can, names what it cannot, and ends in order when its terminal goes away", async () => {
    const bare = demo(["--json"], { PATH: dirname(process.execPath) });
    await says(bare, "Ctrl-C ends it");
    expect(bare.said()).toContain("not shown: alert needs prometheus and prometheus-alertmanager");
    bare.child.kill("SIGHUP");
    const { code, out } = await bare.ended;
    expect(code).toBe(0);
    expect(outcome.parse(JSON.parse(out)).shown.map(({ id }) => id)).toEqual(["page", "trace", "log"]);
    expectNothingLeft();
  }, 90_000);

  it("says in an installed package that it needs a checkout", async () => {
    buildBundle();
    const installed = join(place, "package");
    mkdirSync(installed);
    cpSync(dirname(bundle), join(installed, "dist"), { recursive: true });
    writeFileSync(join(installed, "package.json"), '{ "type": "module" }');
    const child = spawn(process.execPath, [join(installed, "dist/main.js"), "demo"], {
      stdio: ["ignore", "ignore", "pipe"],
    });
    const [[code], said] = await Promise.all([once(child, "exit"), text(child.stderr)]);
    expect([code, said]).toEqual([3, expect.stringContaining("run it in a checkout")]);
    rmSync(installed, { recursive: true });
    removeBundle();
  }, 60_000);
});
