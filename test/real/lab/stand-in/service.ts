import { chmodSync, existsSync, mkdirSync, readFileSync, rmSync, statSync } from "node:fs";
import { setTimeout as sleep } from "node:timers/promises";
import { environmentOf, fillIn } from "./environment.ts";
import type { Exit, Init } from "./init.ts";
import { processesOf, processOf } from "./processes.ts";
import type { CommandKey, Unit } from "./unit-file.ts";

/** How a unit stands. */
export interface ServiceState {
  readonly active: "inactive" | "activating" | "active" | "deactivating" | "failed";
  readonly mainPid: number | undefined;
  /** Starts that Restart= made. */
  readonly restarts: number;
}

/** Where a service runs. */
export interface ServiceHost {
  readonly init: Init;
  /** Where a path of the host stands for this process. */
  readonly path: (path: string) => string;
  readonly say: (text: string) => void;
}

const lookEveryMs = 5;
/** A daemon that ends by HUP, INT, PIPE or TERM has ended cleanly. */
const cleanSignals: ReadonlySet<number> = new Set([0, 1, 2, 13, 15]);

/**
 * Runs one unit as systemd would: https://www.freedesktop.org/software/systemd/man/latest/systemd.service.html. Processes
 * are a unit's by their session, where systemd has control groups.
 */
export class Service {
  readonly #unit: Unit;
  readonly #host: ServiceHost;
  readonly #sessions = new Set<number>();
  readonly #starts: number[] = [];
  #active: ServiceState["active"] = "inactive";
  #mainPid: number | undefined;
  #restarts = 0;
  #result: "success" | "exit-code" | "signal" | undefined;
  /** Counts starts and stops, so that what waits for the end of an earlier run keeps still. */
  #generation = 0;
  #work: Promise<void> = Promise.resolve();

  constructor(unit: Unit, host: ServiceHost) {
    this.#unit = unit;
    this.#host = host;
  }

  get state(): ServiceState {
    return { active: this.#active, mainPid: this.#mainPid, restarts: this.#restarts };
  }

  start(): Promise<void> {
    return this.#inTurn(async () => {
      if (this.#active !== "active") await this.#start();
      if (this.#active === "failed") throw new Error(`${this.#unit.name} failed to start`);
    });
  }

  stop(): Promise<void> {
    return this.#inTurn(async () => {
      this.#generation += 1;
      this.#result = "success";
      if (this.#active === "active") await this.#end(true);
      this.#active = "inactive";
    });
  }

  reload(): Promise<void> {
    return this.#inTurn(async () => {
      if (this.#active !== "active") throw new Error(`${this.#unit.name} is ${this.#active} and cannot be reloaded`);
      if (!(await this.#runAll("ExecReload"))) throw new Error(`${this.#unit.name} failed to reload`);
    });
  }

  /** What is asked of a unit is done one after the other. */
  #inTurn(work: () => Promise<void>): Promise<void> {
    const done = this.#work.then(work);
    this.#work = done.catch(() => undefined);
    return done;
  }

  async #start(): Promise<void> {
    const { type, filesNotEmpty } = this.#unit;
    const lacking = filesNotEmpty.map(this.#host.path).find((file) => !existsSync(file) || statSync(file).size === 0);
    if (lacking !== undefined) return this.#say(`skipped: ${lacking} is missing or empty`);
    if (this.#isLimited()) {
      this.#say("start limit hit");
      this.#active = "failed";
      return;
    }
    this.#generation += 1;
    const own = this.#generation;
    this.#active = "activating";
    this.#result = undefined;
    this.#makeRuntimeDirectories();
    const isUp =
      (await this.#runAll("ExecStartPre")) && (await this.#launch(own)) && (await this.#runAll("ExecStartPost"));
    const isThere = type === "oneshot" || this.#isMainRunning();
    if (isUp && isThere && type !== "oneshot") {
      this.#active = "active";
      return;
    }
    this.#result = isUp && isThere ? "success" : "exit-code";
    await this.#end(false);
    this.#active = isUp && isThere ? "inactive" : "failed";
    if (this.#active === "failed") this.#restartLater(false);
  }

  #isLimited(): boolean {
    const { intervalMs, burst } = this.#unit.startLimit;
    const now = performance.now();
    const recent = this.#starts.filter((at) => now - at < intervalMs);
    this.#starts.push(now);
    return intervalMs > 0 && burst > 0 && recent.length >= burst;
  }

  /** Starts the daemon and waits until it is ready. */
  async #launch(own: number): Promise<boolean> {
    const { type, commands, startTimeoutMs } = this.#unit;
    if (type === "oneshot") return this.#runAll("ExecStart");
    const [command] = commands.ExecStart;
    if (command === undefined || commands.ExecStart.length > 1) throw new Error(`${this.#unit.name}: one ExecStart`);
    const { init } = this.#host;
    const pid = await this.#spawn(command.words);
    const main = type === "forking" ? await this.#adopt(pid) : pid;
    if (main === undefined) return false;
    this.#mainPid = main;
    const ended = init.exitOf(main).then((exit) => {
      void this.#mainEnded(own, exit);
      return false;
    });
    if (type !== "notify") return true;
    const tooLate = sleep(startTimeoutMs, false, { ref: false });
    return Promise.race([init.readyOf(main).then(() => true), ended, tooLate]);
  }

  /** Waits for the start of a daemon that goes into the background, and finds it by its PID file. */
  async #adopt(starter: number): Promise<number | undefined> {
    const { pidFile, startTimeoutMs } = this.#unit;
    if (pidFile === undefined) throw new Error(`${this.#unit.name}: the stand-in needs a PIDFile for Type=forking`);
    const { code, signal } = await this.#host.init.exitOf(starter);
    if (code !== 0 || signal !== 0) return undefined;
    const file = this.#host.path(pidFile);
    const deadline = performance.now() + startTimeoutMs;
    while (performance.now() < deadline) {
      const pid = existsSync(file) ? Number(readFileSync(file, "utf8").trim()) : 0;
      const found = pid > 0 ? processOf(this.#proc, pid) : undefined;
      if (found !== undefined) {
        this.#sessions.add(found.session);
        return pid;
      }
      await sleep(lookEveryMs);
    }
    return undefined;
  }

  /** The daemon has ended without being asked to: what is left of the unit goes too, then Restart= decides. */
  async #mainEnded(own: number, { code, signal }: Exit): Promise<void> {
    if (own !== this.#generation) return;
    this.#mainPid = undefined;
    if (this.#active !== "active") return;
    const isClean = code === 0 && cleanSignals.has(signal);
    this.#result = isClean ? "success" : signal === 0 ? "exit-code" : "signal";
    this.#say(`main process ended, code ${code}, signal ${signal}`);
    await this.#inTurn(async () => {
      if (own !== this.#generation) return;
      await this.#end(true);
      this.#active = isClean ? "inactive" : "failed";
      this.#restartLater(isClean);
    });
  }

  #restartLater(isClean: boolean): void {
    const { restart, restartMs } = this.#unit;
    if (restart === "no" || (isClean && restart !== "always")) return;
    const own = this.#generation;
    const again = async (): Promise<void> => {
      if (own !== this.#generation) return;
      this.#restarts += 1;
      this.#say("restarts");
      await this.#start();
    };
    setTimeout(() => void this.#inTurn(again).catch((error: unknown) => this.#say(String(error))), restartMs).unref();
  }

  /** Ends whatever still runs of the unit. */
  async #end(wasUp: boolean): Promise<void> {
    const { killMode, stopTimeoutMs, pidFile } = this.#unit;
    const { init, path } = this.#host;
    this.#active = "deactivating";
    if (wasUp) await this.#runAll("ExecStop");
    const main = this.#mainPid;
    const politely = killMode === "control-group" ? this.#processes() : main === undefined ? [] : [main];
    for (const pid of politely) init.kill(pid, "TERM");
    const deadline = performance.now() + stopTimeoutMs;
    const isLeft = (): boolean =>
      killMode === "control-group" ? this.#processes().length > 0 : this.#isMainRunning(main);
    while (isLeft() && performance.now() < deadline) await sleep(lookEveryMs);
    const rest = killMode === "process" ? [main ?? 0].filter((pid) => this.#isMainRunning(pid)) : this.#processes();
    for (const pid of rest) init.kill(pid, "KILL");
    this.#mainPid = undefined;
    await this.#runAll("ExecStopPost");
    if (pidFile !== undefined) rmSync(path(pidFile), { force: true });
    for (const folder of this.#runtimeDirectories()) rmSync(folder, { recursive: true, force: true });
  }

  /** Runs the commands of a key one after the other; false at the first that fails and may not. */
  async #runAll(key: CommandKey): Promise<boolean> {
    for (const { words, mayFail } of this.#unit.commands[key]) {
      const { code, signal } = await this.#host.init.exitOf(await this.#spawn(words));
      if (code === 0 && signal === 0) continue;
      this.#say(`${key} ended with code ${code}, signal ${signal}: ${words.join(" ")}`);
      if (!mayFail) return false;
    }
    return true;
  }

  async #spawn(words: readonly string[]): Promise<number> {
    const around = { path: this.#host.path, mainPid: this.#mainPid, result: this.#result };
    const environment = environmentOf(this.#unit, around);
    const pid = await this.#host.init.spawn(
      words.flatMap((word) => fillIn(word, environment)),
      environment,
    );
    this.#sessions.add(pid);
    return pid;
  }

  #makeRuntimeDirectories(): void {
    for (const folder of this.#runtimeDirectories()) {
      mkdirSync(folder, { recursive: true });
      chmodSync(folder, this.#unit.runtimeDirectoryMode);
    }
  }

  #runtimeDirectories(): readonly string[] {
    return this.#unit.runtimeDirectories.map((folder) => this.#host.path(`/run/${folder}`));
  }

  #processes(): readonly number[] {
    return processesOf(this.#proc).flatMap(({ pid, session }) => (this.#sessions.has(session) ? [pid] : []));
  }

  #isMainRunning(pid = this.#mainPid): boolean {
    return pid !== undefined && processOf(this.#proc, pid) !== undefined;
  }

  get #proc(): string {
    return this.#host.path("/proc");
  }

  #say(text: string): void {
    this.#host.say(`${this.#unit.name}: ${text}`);
  }
}
