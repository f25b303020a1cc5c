import { z } from "zod";
import { identifier, secret } from "../../inventory/values.ts";

/** What stands under `elasticsearch:` of a service. */
export const elasticsearchSettings = z.strictObject({
  tls: z
    .strictObject({
      ca: secret.optional().meta({
        description: "the CA behind the nodes' certificates, by reference, where it is not one of the system's own",
        examples: [{ host_file: "/etc/ssl/elasticsearch-ca.crt" }],
      }),
    })
    .optional()
    .meta({ description: "the nodes answer by HTTPS" }),
  writer: z
    .union([
      z.strictObject({ username: identifier, password: secret }),
      z.strictObject({ api_key: secret.meta({ description: "the encoded form, as Elasticsearch answers it" }) }),
    ])
    .optional()
    .meta({ description: "as whom applications deliver their log records" }),
  exporter: z
    .strictObject({ username: identifier, password: secret })
    .optional()
    .meta({ description: "as whom the exporter asks" }),
});

export type ElasticsearchSettings = z.infer<typeof elasticsearchSettings>;

/** The settings of a service of this kind, as the model holds them. */
export function elasticsearchSettingsOf({ settings }: { readonly settings: unknown }): ElasticsearchSettings {
  return elasticsearchSettings.parse(settings, { jitless: true });
}
