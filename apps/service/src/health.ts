import { Router } from "express";

/** One thing that a service depends on. */
export interface Check {
  readonly name: string;
  /** Whether the service is of no use without it. Others only make it `degraded`: one cache must not take all down. */
  readonly required: boolean;
  /** Rejects when the dependency cannot be used. Half a second is what it gets. */
  readonly run: (signal: AbortSignal) => Promise<unknown>;
}

export interface Health {
  /** `/livez`: the process answers. `/healthz`: 200 with `ok` or `degraded`, 503 with `unavailable` or `stopping`. */
  readonly routes: Router;
  /** From now on `/healthz` is 503, so that balancers look elsewhere. */
  stop(): void;
}

const patienceMs = 500;
/** However many ask, dependencies are asked once in this time. */
const freshMs = 1000;

export function createHealth(checks: readonly Check[]): Health {
  let stopping = false;
  let asked: { readonly at: number; readonly report: Promise<Report> } | undefined;

  const routes = Router();
  routes.get("/livez", (_request, response) => {
    response.json({ status: "ok" });
  });
  routes.get("/healthz", async (_request, response) => {
    if (asked === undefined || performance.now() - asked.at > freshMs)
      asked = { at: performance.now(), report: runAll(checks) };
    const report = await asked.report;
    const status = stopping ? "stopping" : report.status;
    response.status(status === "ok" || status === "degraded" ? 200 : 503).json({ ...report, status });
  });
  return {
    routes,
    stop() {
      stopping = true;
    },
  };
}

interface Report {
  readonly status: "ok" | "degraded" | "unavailable";
  readonly checks: Readonly<Record<string, "ok" | "failing">>;
}

async function runAll(checks: readonly Check[]): Promise<Report> {
  const passed = await Promise.all(checks.map(passes));
  const failing = checks.filter((_, index) => passed[index] === false);
  return {
    status: failing.some(({ required }) => required) ? "unavailable" : failing.length > 0 ? "degraded" : "ok",
    checks: Object.fromEntries(checks.map((check, index) => [check.name, passed[index] === true ? "ok" : "failing"])),
  };
}

async function passes({ run }: Check): Promise<boolean> {
  const signal = AbortSignal.timeout(patienceMs);
  const late = new Promise<false>((resolve) => signal.addEventListener("abort", () => resolve(false)));
  const answered = run(signal).then(
    () => true,
    () => false,
  );
  return Promise.race([answered, late]);
}
