// About 13 s: two tests wait until patience is at its end.
import { spawn } from "node:child_process";
import { existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync, symlinkSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { processFacts } from "../../src/cli/demo/supervisor/process-facts.ts";
import { type Run, takeRun } from "../../src/cli/demo/supervisor/runs.ts";
import { writeState } from "../../src/cli/demo/supervisor/state-file.ts";
import { type Supervisor, supervise } from "../../src/cli/demo/supervisor/supervisor.ts";

let place = "";
let folder = "";
const open: Supervisor[] = [];
beforeEach(() => {
  place = mkdtempSync(join(tmpdir(), "supervisor-test-"));
  folder = join(place, "run");
});
afterEach(async () => {
  for (const supervisor of open.splice(0)) await supervisor.end();
  rmSync(place, { recursive: true, force: true });
});

async function taken(): Promise<Run> {
  const result = await takeRun(folder, "test");
  if ("refusal" in result) throw new Error(JSON.stringify(result.refusal));
  return result.run;
}

function watched(run: Run): Supervisor {
  const supervisor = supervise(run);
  open.push(supervisor);
  return supervisor;
}

function started(): readonly { readonly name: string; readonly pid: number; readonly startedAt: string }[] {
  return JSON.parse(readFileSync(join(folder, "state.json"), "utf8")).started;
}

const isAlive = (pid: number): boolean => processFacts(pid)?.isZombie === false;

describe("a run", () => {
  it("has its folder to itself, and says who has it", async () => {
    const run = await taken();
    watched(run).announce("http://127.0.0.1:1/");
    expect(await takeRun(folder, "test")).toEqual({
      refusal: {
        because: "running",
        owner: expect.objectContaining({ pid: process.pid }),
        address: "http://127.0.0.1:1/",
      },
    });
    run.remove();
    expect(existsSync(folder)).toBe(false);
  });

  it("takes nothing that is not its own: no file, no link to somebody's folder", async () => {
    writeFileSync(folder, "");
    expect(await takeRun(folder, "test")).toMatchObject({ refusal: { because: "not-ours" } });
    rmSync(folder);
    const other = join(place, "other");
    mkdirSync(other);
    symlinkSync(other, folder);
    expect(await takeRun(folder, "test")).toMatchObject({ refusal: { because: "not-ours" } });
    expect(existsSync(other)).toBe(true);
  });

  it("ends what a killed one left, with the children of what was started", async () => {
    const run = await taken();
    watched(run).start({ name: "parent", file: "sh", args: ["-c", "trap '' TERM; sleep 300 & sleep 300; wait"] });
    const [leader] = started();
    const pid = leader?.pid ?? 0;
    expect(isAlive(pid)).toBe(true);
    writeState(join(folder, "state.json"), {
      schema: 1,
      owner: { name: "test", pid: process.pid, startedAt: "1" },
      started: [...started()],
    });
    const next = await takeRun(folder, "test");
    expect(next).toMatchObject({ leftover: { processes: ["parent"] } });
    expect(isAlive(pid)).toBe(false);
    if ("run" in next) next.run.remove();
  }, 20_000);

  it("leaves a process alone that has the number of one that ended", async () => {
    const stranger = spawn("sleep", ["300"], { detached: true });
    const pid = stranger.pid ?? 0;
    mkdirSync(folder, { mode: 0o700 });
    writeState(join(folder, "state.json"), {
      schema: 1,
      owner: { name: "test", pid, startedAt: "1" },
      started: [{ name: "app", pid, startedAt: "1" }],
    });
    const run = await taken();
    expect(isAlive(pid)).toBe(true);
    run.remove();
    stranger.kill("SIGKILL");
  });

  it("ends what was started the moment before a kill, when it was not written down yet", async () => {
    const run = await taken();
    watched(run).start({ name: "late", file: "sleep", args: ["300"] });
    const [leader] = started();
    writeState(join(folder, "state.json"), {
      schema: 1,
      owner: { name: "test", pid: process.pid, startedAt: "1" },
      started: [],
    });
    (await taken()).remove();
    expect(isAlive(leader?.pid ?? 0)).toBe(false);
  });
});

describe("a supervisor", () => {
  it("ends everything, and names what had to be forced", async () => {
    const run = await taken();
    const supervisor = supervise(run);
    supervisor.start({ name: "obedient", file: "sleep", args: ["300"] });
    supervisor.start({ name: "deaf", file: "sh", args: ["-c", "trap '' TERM; echo deaf; while :; do sleep 1; done"] });
    const pids = started().map(({ pid }) => pid);
    // Time to set its trap.
    await expect.poll(() => readFileSync(join(folder, "log/deaf.log"), "utf8")).toBe("deaf\n");
    expect(await supervisor.end()).toEqual(["deaf"]);
    expect(pids.filter(isAlive)).toEqual([]);
    run.remove();
  }, 30_000);

  it("tells how something ended by itself, and what it said last", async () => {
    const run = await taken();
    const supervisor = watched(run);
    const failing = supervisor.start({ name: "failing", file: "sh", args: ["-c", "echo no config >&2; exit 3"] });
    expect(await failing.ended).toBe("ended with code 3");
    expect(failing.lastLines()).toBe("no config");
    const missing = supervisor.start({ name: "missing", file: "/nowhere/at-all", args: [] });
    expect(await missing.ended).toContain("cannot be started");
    await supervisor.end();
    run.remove();
  });

  it("hands on no settings that are meant for itself or for other programs", async () => {
    Object.assign(process.env, { OTEL_SERVICE_NAME: "somebody", MYSQL_URL: "theirs", HOST: "0.0.0.0" });
    try {
      const run = await taken();
      const supervisor = watched(run);
      const child = supervisor.start({
        name: "env",
        file: "sh",
        args: ["-c", "echo $OTEL_SERVICE_NAME$MYSQL_URL$HOST$OWN"],
        env: { OWN: "own" },
      });
      await child.ended;
      expect(child.lastLines()).toBe("own");
      await supervisor.end();
      run.remove();
    } finally {
      for (const name of ["OTEL_SERVICE_NAME", "MYSQL_URL", "HOST"]) delete process.env[name];
    }
  });
});
