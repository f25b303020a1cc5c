import { trace } from "@opentelemetry/api";

const tracer = trace.getTracer("burst");
const count = Number(process.env["SPANS"] ?? 10_000);
for (let index = 0; index < count; index++)
  tracer.startSpan("burst", { attributes: { index, "http.route": "/orders/:id", text: "x".repeat(40) } }).end();
