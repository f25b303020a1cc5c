import { z } from "zod";
import { shownAlert } from "./inventory.ts";
import type { Receiver } from "./receiver.ts";
import { ask } from "./waiting.ts";

const overview = z.object({ edges: z.array(z.object({ from: z.string(), to: z.string(), per_second: z.number() })) });
const traces = z.object({
  traces: z.array(
    z.object({
      trace_id: z.string(),
      name: z.string(),
      spans: z.number(),
      duration_ms: z.number(),
      services: z.array(z.string()),
    }),
  ),
});
const logs = z.object({
  logs: z.array(z.object({ service: z.string(), message: z.string(), trace_id: z.string().nullish() })),
});
const alerts = z.object({
  data: z.object({ alerts: z.array(z.object({ state: z.string(), labels: z.record(z.string(), z.string()) })) }),
});

/** The chain that an order takes. */
const chain = ["gateway", "menu", "order"];
/** Longer than the proof: it must not end before its alert has arrived. */
export const faultSeconds = 180;

export async function livePage(store: string): Promise<{ perSecond: number; link: string } | string> {
  const link = `${store}/traces`;
  const page = await ask(link);
  const absent = chain.find((name) => !page.includes(name));
  if (absent !== undefined) return `the page ${link} does not show ${absent} yet`;
  const { edges } = overview.parse(JSON.parse(await ask(`${store}/api/v1/graph`)));
  const calls = edges.filter(({ from, to }) => chain.includes(from) && chain.includes(to));
  if (calls.length < 2) return `the store knows ${calls.length} calls between ${chain.join(", ")}`;
  const perSecond = Math.round(edges.reduce((sum, each) => sum + each.per_second, 0) * 10) / 10;
  return perSecond > 0 ? { perSecond, link } : "no request in the last minutes";
}

export async function wholeTrace(store: string): Promise<z.infer<typeof traces>["traces"][number] | string> {
  const found = traces.parse(JSON.parse(await ask(`${store}/api/v1/traces?service=order&limit=50`)));
  const whole = found.traces.find(
    ({ name, services }) => !name.includes("/healthz") && chain.every((each) => services.includes(each)),
  );
  return whole ?? `none of ${found.traces.length} traces of order goes over ${chain.join(", ")}`;
}

export async function lineOf(store: string, traceId: string): Promise<z.infer<typeof logs>["logs"][number] | string> {
  const found = logs.parse(JSON.parse(await ask(`${store}/api/v1/logs?trace_id=${traceId}&limit=10`)));
  const own = found.logs.filter((line) => line.trace_id === traceId);
  return own.find(({ service }) => service === "order") ?? own[0] ?? `no log line has the trace.id ${traceId}`;
}

export async function injectFault(port: number): Promise<void> {
  await ask(`http://127.0.0.1:${port}/-/faults`, {
    method: "POST",
    headers: { "content-type": "application/json" },
    body: JSON.stringify({ kind: "errors", probability: 0.67, seconds: faultSeconds }),
  });
}

export async function endFault(port: number): Promise<void> {
  await ask(`http://127.0.0.1:${port}/-/faults`, { method: "DELETE" });
}

/** Where the alerts can be looked at: Debian's packages of Prometheus come without its newer pages. */
export async function alertsPage(port: number): Promise<string> {
  const base = `http://127.0.0.1:${port}`;
  for (const page of [`${base}/alerts?search=${shownAlert.name}`, `${base}/classic/alerts`])
    if ((await ask(page).catch(() => "")) !== "") return page;
  return `${base}/api/v1/alerts`;
}

export async function firing(port: number): Promise<object | string> {
  const { data } = alerts.parse(JSON.parse(await ask(`http://127.0.0.1:${port}/api/v1/alerts`)));
  const own = data.alerts.filter(({ labels }) => isShown(labels));
  if (own.some(({ state }) => state === "firing")) return own;
  return own.length === 0
    ? `${shownAlert.name} of order is not even pending`
    : `${shownAlert.name} of order is pending`;
}

export async function arrived(receiver: Receiver): Promise<{ readonly at: Date } | string> {
  const own = receiver.told().find(({ status, labels }) => status === "firing" && isShown(labels));
  return own ?? `the receiver was told ${receiver.told().length} alerts, and not this one`;
}

function isShown(labels: Readonly<Record<string, string>>): boolean {
  return labels["alertname"] === shownAlert.name && labels["service"] === "order";
}
