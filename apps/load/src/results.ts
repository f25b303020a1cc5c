import { createLatencies, type Latencies } from "./latencies.ts";

/** What one kind of request came to. */
interface Step {
  readonly latencies: Latencies;
  /** How many failed, by status or by kind of failure. */
  readonly errors: Map<string, number>;
}

/** Everything that a run counts. */
export interface Results {
  readonly users: { arrived: number; finished: number; failed: number; turnedAway: number };
  readonly live: { opened: number; failed: number; received: number; said: number };
  /** A request that was answered with 2xx. */
  ok(step: string, ms: number): void;
  failed(step: string, ms: number, reason: string): void;
  /** Requests that were answered with 2xx, of any step. */
  readonly succeeded: number;
  print(seconds: number): string;
}

export function createResults(): Results {
  const steps = new Map<string, Step>();
  const users = { arrived: 0, finished: 0, failed: 0, turnedAway: 0 };
  const live = { opened: 0, failed: 0, received: 0, said: 0 };
  let succeeded = 0;

  function step(name: string): Step {
    const known = steps.get(name) ?? { latencies: createLatencies(), errors: new Map() };
    steps.set(name, known);
    return known;
  }

  return {
    users,
    live,
    get succeeded() {
      return succeeded;
    },
    ok(name, ms) {
      succeeded += 1;
      step(name).latencies.add(ms);
    },
    failed(name, ms, reason) {
      const { latencies, errors } = step(name);
      latencies.add(ms);
      errors.set(reason, (errors.get(reason) ?? 0) + 1);
    },
    print(seconds) {
      const rows = [...steps].map(([name, { latencies, errors }]) => {
        const failures = [...errors.values()].reduce((sum, each) => sum + each, 0);
        const reasons = [...errors].map(([reason, count]) => `${count} × ${reason}`).join(", ");
        return [
          name,
          String(latencies.count),
          (latencies.count / seconds).toFixed(1),
          milliseconds(latencies.quantile(0.5)),
          milliseconds(latencies.quantile(0.99)),
          milliseconds(latencies.max),
          `${failures}${reasons === "" ? "" : ` (${reasons})`}`,
        ];
      });
      return [
        table([["step", "requests", "per second", "p50 ms", "p99 ms", "max ms", "errors"], ...rows]),
        "",
        `users: ${users.arrived} arrived, ${users.finished} finished, ${users.failed} gave up, ${users.turnedAway} not started (too many at once)`,
        `live: ${live.opened} connections, ${live.failed} failed, ${live.received} comments received, ${live.said} said`,
        "",
      ].join("\n");
    },
  };
}

function milliseconds(value: number | undefined): string {
  return value === undefined ? "" : value.toFixed(1);
}

/** The first column and the last one to the left, figures to the right. */
function table(rows: readonly (readonly string[])[]): string {
  const widths = rows[0]?.map((_, column) => Math.max(...rows.map((row) => row[column]?.length ?? 0))) ?? [];
  return rows
    .map((row) =>
      row
        .map((cell, column) => {
          if (column === row.length - 1) return cell;
          return column === 0 ? cell.padEnd(widths[column] ?? 0) : cell.padStart(widths[column] ?? 0);
        })
        .join("  "),
    )
    .join("\n");
}
