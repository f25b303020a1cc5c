import { expect } from "vitest";
import { z } from "zod";
import type { Received } from "./asking.ts";
import type { Machine } from "./machine.ts";
import { eventually } from "./waiting.ts";

const vector = z.object({
  status: z.literal("success"),
  data: z.object({
    result: z.array(z.object({ metric: z.record(z.string(), z.string()), value: z.tuple([z.number(), z.string()]) })),
  }),
});
const notification = z.object({
  status: z.string(),
  receiver: z.string(),
  alerts: z.array(z.object({ status: z.string(), labels: z.record(z.string(), z.string()) })),
});
const listed = z.array(
  z.object({ labels: z.record(z.string(), z.string()), status: z.object({ inhibitedBy: z.array(z.string()) }) }),
);

const ruleList = z.object({
  data: z.object({
    groups: z.array(
      z.object({
        rules: z.array(
          z.object({
            name: z.string(),
            query: z.string(),
            health: z.string(),
            lastError: z.string().optional(),
            lastEvaluation: z.string(),
          }),
        ),
      }),
    ),
  }),
});

/** A rule that a Prometheus runs, with how its last evaluation went. */
export type RunningRule = z.infer<typeof ruleList>["data"]["groups"][number]["rules"][number];

/** All rules of the Prometheus on a machine; throws while one has not been evaluated. */
export async function evaluatedRules(machine: Machine): Promise<readonly RunningRule[]> {
  const { data } = await api(machine, 9090, "/api/v1/rules", ruleList);
  const rules = data.groups.flatMap((group) => group.rules);
  const waiting = rules.filter(isWaiting);
  if (waiting.length > 0) throw new Error(`${waiting.length} rules have not been evaluated`);
  return rules;
}

/**
 * Starts Prometheus by `start`, so that it really sends the Watchdog with its first evaluation. It knows its Alertmanagers
 * five seconds after its start; an alert that is evaluated before is dropped, and sent again only a minute later. Then it
 * is started again, just after that evaluation.
 */
export async function startSending(machine: Machine, start: () => () => Promise<void>): Promise<void> {
  const stop = start();
  await eventually(async () => {
    const { data } = await api(machine, 9090, "/api/v1/rules?type=alert", ruleList);
    const watchdog = data.groups.flatMap(({ rules }) => rules).find(({ name }) => name === "Watchdog");
    if (watchdog === undefined || isWaiting(watchdog)) throw new Error("the Watchdog has not been evaluated");
  }, 40);
  if ((await ownCounters(machine, "prometheus_notifications_dropped_total")).every((count) => count === 0)) return;
  await stop();
  start();
}

function isWaiting({ lastEvaluation }: RunningRule): boolean {
  return lastEvaluation.startsWith("0001-");
}

/** Values of a counter that the Prometheus on a machine has of itself at this moment. */
export async function ownCounters(machine: Machine, name: string): Promise<readonly number[]> {
  const { text } = await machine.ask(`http://${machine.address}:9090/metrics`);
  return [...text.matchAll(new RegExp(`^${name}(?:\\{.*\\})? (\\S+)$`, "gm"))].map(([, value]) => Number(value));
}

/** One series of an answer: its labels and its value. */
export interface Sample {
  readonly labels: Readonly<Record<string, string>>;
  readonly value: number;
}

/** What the Prometheus on a machine answers to an expression now. Throws where it refuses. */
export async function query(machine: Machine, expr: string): Promise<readonly Sample[]> {
  const answer = await api(machine, 9090, `/api/v1/query?${new URLSearchParams({ query: expr })}`, vector);
  return answer.data.result.map(({ metric, value }) => ({ labels: metric, value: Number(value[1]) }));
}

/** What an HTTP API on a machine answers, in the shape that is expected. */
export async function api<Shape>(
  machine: Machine,
  port: number,
  path: string,
  shape: z.ZodType<Shape>,
): Promise<Shape> {
  const { status, text } = await machine.ask(`http://${machine.address}:${port}${path}`);
  expect(status, `${machine.name} ${path}: ${text}`).toBe(200);
  return shape.parse(JSON.parse(text));
}

/** Waits until a machine gets the answer 200 from an address. */
export async function answers(machine: Machine, url: string): Promise<void> {
  await eventually(async () => {
    const { status, text } = await machine.ask(url);
    if (status !== 200) throw new Error(`${url} on ${machine.name} answers ${status}: ${text}`);
  }, 20);
}

/** A notification of Alertmanager as a webhook gets it. */
export interface Notification {
  readonly at: number;
  readonly by: string;
  readonly path: string;
  readonly status: string;
  readonly alerts: readonly Readonly<Record<string, string>>[];
}

/** Everything that Alertmanager told the webhooks on these machines, oldest first. */
export async function notifications(machines: readonly Machine[]): Promise<readonly Notification[]> {
  const each = await Promise.all(
    machines.map(async (machine) => ({ by: machine.name, all: await machine.received() })),
  );
  return each.flatMap(({ by, all }) => all.map((one) => read(one, by))).toSorted((a, b) => a.at - b.at);
}

function read({ at, path, body }: Received, by: string): Notification {
  const { status, alerts } = notification.parse(JSON.parse(body));
  return { at, by, path, status, alerts: alerts.map(({ labels }) => labels) };
}

/** Firing alerts that an Alertmanager knows, apart by whether another one hides them. */
export async function alertsAt(machine: Machine): Promise<{
  readonly told: readonly Readonly<Record<string, string>>[];
  readonly hidden: readonly Readonly<Record<string, string>>[];
}> {
  const all = await api(machine, 9093, "/api/v2/alerts", listed);
  const isTold = ({ status }: (typeof all)[number]): boolean => status.inhibitedBy.length === 0;
  return {
    told: all.filter(isTold).map(({ labels }) => labels),
    hidden: all.filter((alert) => !isTold(alert)).map(({ labels }) => labels),
  };
}
