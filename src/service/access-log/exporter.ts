import { readFileSync } from "node:fs";
import { setTimeout as sleep } from "node:timers/promises";
import type { AccessLogConfig } from "./config.ts";
import { Counts } from "./counts.ts";
import type { LogName } from "./exporter-metrics.ts";
import { printFamilies } from "./exposition.ts";
import { type FollowEvent, Follower, turnBytes } from "./follow/follower.ts";
import { readRunningNginx } from "./running-nginx.ts";
import { readState, type SavedState, writeState } from "./state.ts";
import { ModeWatch } from "./waf/mode-watch.ts";

const pollMs = 1000;
const lookMs = 10_000;
const saveMs = 10_000;
/** A line of the access log may hold 64 KiB of headers, each byte of which may become six. */
const maxAccessLineBytes = 512 * 1024;
const maxAuditLineBytes = 2 * 2 ** 20;

/** Something that an operator should read: a constant message, and details. */
export type Say = (message: string, details: Readonly<Record<string, string>>) => void;

/** Another exporter works with the same state; the message names it. */
export class AlreadyRuns extends Error {}

/** Follows the logs of one balancer and counts. */
export class Exporter {
  readonly #config: AccessLogConfig;
  readonly #say: Say;
  readonly #counts: Counts;
  readonly #modes: ModeWatch | undefined;
  readonly #access: Follower;
  readonly #audit: Follower | undefined;
  readonly #stop = new AbortController();
  readonly #boot = bootId();
  readonly #episodes = new Set<string>();
  #rendering: Promise<string> | undefined;
  #writing: Promise<void> = Promise.resolve();
  #isOver = false;
  #lookedMs = 0;
  #savedMs = 0;

  private constructor(config: AccessLogConfig, version: string, say: Say, found: SavedState | undefined) {
    this.#config = config;
    this.#say = say;
    this.#counts = new Counts(config, version);
    const { waf, access } = this.#counts;
    this.#modes = waf && new ModeWatch(config, new Map(Object.entries(found?.modes ?? {})));
    this.#access = this.#follower("access", config.access_log, maxAccessLineBytes, (text, tooLong) =>
      access.countLines(text, tooLong),
    );
    this.#audit =
      waf === undefined || config.audit_log === undefined
        ? undefined
        : this.#follower("audit", config.audit_log, maxAuditLineBytes, (text, tooLong) =>
            waf.countLines(text, tooLong),
          );
  }

  /** An exporter that goes on where the one before it stopped. Throws `AlreadyRuns`. */
  static async resume(config: AccessLogConfig, version: string, say: Say): Promise<Exporter> {
    const found = readState(config.state);
    if (found.type === "unreadable")
      say("the state cannot be used; counting begins anew, at the end of the logs", {
        file: config.state,
        reason: found.reason,
      });
    const state = found.type === "found" ? found.state : undefined;
    const exporter = new Exporter(config, version, say, state);
    if (state !== undefined) await exporter.#restore(state);
    return exporter;
  }

  /** Counts until `stop` is called; leaves a state behind. */
  async run(): Promise<void> {
    while (!this.#stop.signal.aborted) {
      const audit = (await this.#audit?.poll()) ?? 0;
      const access = await this.#access.poll();
      if (access < turnBytes) this.#counts.waf?.atEnd();
      const nowMs = Date.now();
      if (nowMs - this.#lookedMs >= lookMs) this.#look(nowMs);
      if (nowMs - this.#savedMs >= saveMs) await this.#save(process.pid);
      if (access < turnBytes && audit < turnBytes)
        await sleep(pollMs, undefined, { signal: this.#stop.signal }).catch(() => {});
    }
    const saved = this.#save(undefined);
    this.#isOver = true;
    await saved;
    await Promise.all([this.#access.close(), this.#audit?.close()]);
  }

  stop(): void {
    this.#stop.abort();
  }

  /** The metrics in Prometheus' text format. Whoever asks while others are answered gets the same. */
  metrics(): Promise<string> {
    this.#rendering ??= this.#render().finally(() => {
      this.#rendering = undefined;
    });
    return this.#rendering;
  }

  /** What was scraped is in the state before it is told, so that after a kill no counter is lower than it was. */
  async #render(): Promise<string> {
    const { unread } = this.#counts.exporter;
    unread.cell("access").value = await this.#access.unread().catch(() => 0);
    if (this.#audit !== undefined) unread.cell("audit").value = await this.#audit.unread().catch(() => 0);
    const text = printFamilies(this.#counts.families(Date.now()));
    // Behind the last save nothing is counted any more.
    if (!this.#isOver) await this.#save(process.pid);
    return text;
  }

  async #restore(state: SavedState): Promise<void> {
    const isSameBoot = state.boot === this.#boot;
    if (isSameBoot && state.pid !== undefined && state.pid !== process.pid && isExporter(state.pid))
      throw new AlreadyRuns(`another access log exporter (process ${state.pid}) works with ${this.#config.state}`);
    if (state.access !== undefined) await this.#access.resume(state.access);
    if (state.audit !== undefined) await this.#audit?.resume(state.audit);
    this.#counts.waf?.restoreWaiting(state.waiting);
    // A power cut may have brought an old file back. From 0 the counters are right, from too low a number they are not.
    if (isSameBoot || state.pid === undefined) this.#counts.restore(state.counters);
  }

  #save(pid: number | undefined): Promise<void> {
    this.#savedMs = Date.now();
    const { access, audit } = { access: this.#access.state, audit: this.#audit?.state };
    const state: SavedState = {
      schema: 1,
      ...(pid === undefined ? {} : { pid }),
      boot: this.#boot,
      ...(access === undefined ? {} : { access: { seenMs: access.seenMs, files: [...access.files] } }),
      ...(audit === undefined ? {} : { audit: { seenMs: audit.seenMs, files: [...audit.files] } }),
      counters: this.#counts.save(),
      modes: Object.fromEntries(this.#modes?.known ?? []),
      waiting: [...(this.#counts.waf?.waiting ?? [])],
    };
    // One after the other; each has what was true when it was asked for.
    this.#writing = this.#writing
      .then(() => writeState(this.#config.state, state))
      .then(() => this.#over("state"))
      .catch((error: unknown) => {
        this.#counts.exporter.stateFailures.cell().value++;
        this.#once("state", "the state cannot be written; a restart would begin anew at the end of the logs", {
          file: this.#config.state,
          error: textOf(error),
        });
      });
    return this.#writing;
  }

  #look(nowMs: number): void {
    this.#lookedMs = nowMs;
    const { nginx } = this.#config;
    try {
      const running = readRunningNginx(nginx.pid);
      const workers = running?.workers ?? 0;
      this.#counts.exporter.setLimit(workers === 0 ? undefined : workers * nginx.worker_connections);
      if (workers === 0)
        this.#once("nginx", "no running nginx is seen: it is stopped, or /proc is hidden", { pid: nginx.pid });
      else this.#over("nginx");
      if (this.#modes !== undefined) this.#counts.waf?.setModes(this.#modes.look(running));
      this.#over("look");
    } catch (error) {
      this.#once("look", "the running nginx cannot be looked at; its limit and the firewall's mode stay as they were", {
        error: textOf(error),
      });
    }
  }

  #follower(log: LogName, path: string, maxLineBytes: number, sink: (text: string, tooLong: number) => void): Follower {
    return new Follower(path, {
      sink,
      maxLineBytes,
      nowMs: Date.now,
      tell: (event) => this.#tell(log, path, event),
    });
  }

  #tell(log: LogName, path: string, event: FollowEvent): void {
    switch (event.type) {
      case "gap":
        this.#counts.exporter.gaps.cell(log).value++;
        this.#say("lines of a log may be missing from the counts", { log, file: path, reason: event.reason });
        return;
      case "unreadable":
        this.#counts.exporter.failures.cell(log).value++;
        this.#say("a log cannot be read; it is tried every second", {
          log,
          file: path,
          error: textOf(event.error),
          ...fixOf(event.error),
        });
        return;
      case "readable":
        this.#say("a log can be read again", { log, file: path });
    }
  }

  #once(episode: string, message: string, details: Readonly<Record<string, string>>): void {
    if (!this.#episodes.has(episode)) this.#say(message, details);
    this.#episodes.add(episode);
  }

  #over(episode: string): void {
    this.#episodes.delete(episode);
  }
}

/** Changes with each start of the machine; empty where the kernel does not tell. */
function bootId(): string {
  try {
    return readFileSync("/proc/sys/kernel/random/boot_id", "utf8").trim();
  } catch {
    return "";
  }
}

function isExporter(pid: number): boolean {
  try {
    return readFileSync(`/proc/${pid}/cmdline`, "utf8").split("\0").includes("access-log");
  } catch {
    return false;
  }
}

function textOf(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}

function fixOf(error: unknown): Readonly<Record<string, string>> {
  const code = error instanceof Error && "code" in error ? error.code : undefined;
  return code === "EACCES" ? { fix: "let the user of this process read it: on Debian the group adm" } : {};
}
