import { statSync } from "node:fs";
import type { AccessLogConfig } from "../config.ts";
import type { RunningNginx } from "../running-nginx.ts";
import { readEngineModes } from "./engine-modes.ts";
import type { WafMode } from "./waf-counts.ts";

/** The start of a process is known within a second. */
const toleranceMs = 2000;

/**
 * Knows what the firewall does in the nginx that runs. nginx cannot be asked; but what it runs is what is on disk,
 * as long as no file of its config has changed since its workers were started. Where one has, somebody has edited it and
 * not reloaded, or the reload was refused: then what was known last still holds.
 */
export class ModeWatch {
  readonly #config: Pick<AccessLogConfig, "nginx" | "sites">;
  #known: ReadonlyMap<string, WafMode>;
  #stamp = "";
  #files: readonly string[] = [];

  /** `known`: what an earlier exporter knew last. */
  constructor(config: Pick<AccessLogConfig, "nginx" | "sites">, known: ReadonlyMap<string, WafMode> = new Map()) {
    this.#config = config;
    this.#known = known;
  }

  /** What is known, to be kept for the next exporter. */
  get known(): ReadonlyMap<string, WafMode> {
    return this.#known;
  }

  /** What is in force now; nothing where nginx does not run. Throws where a file of the config must not be read. */
  look(running: RunningNginx | undefined): ReadonlyMap<string, WafMode> {
    if (running === undefined || running.workers === 0) return new Map();
    const before = this.#stampOf(this.#files);
    if (before.stamp !== this.#stamp || this.#files.length === 0) {
      const { modes, files } = readEngineModes(this.#config.nginx.config, this.#config.sites);
      const { stamp, newestMs } = this.#stampOf(files);
      // Where nothing says when it was read, a younger file than the workers is not what they run.
      if (newestMs <= running.oldestMs + toleranceMs) {
        this.#known = modes;
        this.#files = files;
        this.#stamp = stamp;
      }
    }
    return this.#known;
  }

  #stampOf(files: readonly string[]): { readonly stamp: string; readonly newestMs: number } {
    const times = files.map((file) => statSync(file, { throwIfNoEntry: false })?.ctimeMs ?? 0);
    return { stamp: times.join(" "), newestMs: Math.max(0, ...times) };
  }
}
