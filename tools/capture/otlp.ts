/** Sends one span, one metric point and one log record by OTLP over HTTP with JSON; throws unless all are taken. */
export async function sendSignals(url: string): Promise<void> {
  const now = `${Date.now()}000000`;
  await send(`${url}/v1/traces`, { resourceSpans: [{ scopeSpans: [{ spans: [spanAt(now)] }] }] });
  const point = { timeUnixNano: now, asDouble: 1 };
  await send(`${url}/v1/metrics`, {
    resourceMetrics: [{ scopeMetrics: [{ metrics: [{ name: "capture", gauge: { dataPoints: [point] } }] }] }],
  });
  const record = { timeUnixNano: now, body: { stringValue: "a line" } };
  await send(`${url}/v1/logs`, { resourceLogs: [{ scopeLogs: [{ logRecords: [record] }] }] });
}

/** Sends the span of a service, and gives its trace id. */
export async function sendSpan(url: string, service: string): Promise<string> {
  const span = spanAt(`${Date.now()}000000`);
  const resource = { attributes: [{ key: "service.name", value: { stringValue: service } }] };
  await send(`${url}/v1/traces`, { resourceSpans: [{ resource, scopeSpans: [{ spans: [span] }] }] });
  return span.traceId;
}

function spanAt(now: string): { readonly traceId: string } & Readonly<Record<string, unknown>> {
  const [traceId, spanId] = [crypto.randomUUID().replaceAll("-", ""), crypto.randomUUID().replaceAll("-", "")];
  return {
    traceId,
    spanId: spanId.slice(16),
    name: "capture",
    kind: 2,
    startTimeUnixNano: now,
    endTimeUnixNano: now,
  };
}

async function send(url: string, body: object): Promise<void> {
  const headers = { "content-type": "application/json" };
  const answer = await fetch(url, { method: "POST", headers, body: JSON.stringify(body) });
  if (!answer.ok) throw new Error(`${url} answered ${answer.status}: ${await answer.text()}`);
}
