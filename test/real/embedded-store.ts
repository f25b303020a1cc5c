import express from "express";
import { Registry } from "prom-client";
import { z } from "zod";
import { jsonLog } from "../../src/service/log.ts";
import { createStore } from "../../src/service/store/index.ts";
import { ask, listen } from "../apps/serving.ts";

const traceSchema = z.object({
  services: z.array(z.string()),
  errors: z.number(),
  span_list: z.array(
    z.object({
      span_id: z.string(),
      parent_id: z.string().optional(),
      service: z.string(),
      name: z.string(),
      kind: z.string(),
      error: z.boolean(),
    }),
  ),
  log_lines: z.array(z.object({ service: z.string(), message: z.string() })),
});
const logsSchema = z.object({ logs: z.array(z.object({ service: z.string(), message: z.string() })) });

export type StoredTrace = z.output<typeof traceSchema>;

/** The embedded store of the exporter service, in memory, on a free port of loopback. */
export async function startEmbeddedStore() {
  const store = createStore(
    { directory: undefined },
    {
      script: new URL("../../src/service/store/worker.ts", import.meta.url),
      registry: new Registry(),
      log: jsonLog((line) => process.stderr.write(line)),
    },
  );
  const serving = await listen(express().use(store.ingest, store.views));
  return {
    url: serving.url,
    /** Throws where there is no such trace yet. */
    trace: async (id: unknown): Promise<StoredTrace> =>
      traceSchema.parse((await ask(`${serving.url}/api/v1/traces/${id}`)).body),
    /** Lines with a text in their message. */
    logs: async (text: string) =>
      logsSchema.parse((await ask(`${serving.url}/api/v1/logs?text=${encodeURIComponent(text)}`)).body).logs,
    async clear(): Promise<void> {
      await serving.close();
      await store.end();
    },
  };
}

export type EmbeddedStore = Awaited<ReturnType<typeof startEmbeddedStore>>;
