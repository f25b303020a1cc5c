import { elasticsearchSettingsOf } from "../../catalog/elasticsearch/settings.ts";
import { joinHostPort } from "../../model/ip.ts";
import type { Host, Model, Service } from "../../model/model.ts";
import { addressFrom } from "../../model/reach.ts";
import type { AppNeeds, Credential } from "./app-setting.ts";
import { localStore } from "./local-store.ts";

/** Where the library delivers log records beside stdout, and keeps them until they are there. */
export function logNeeds(model: Model, host: Host, service: Service): AppNeeds {
  const { logging } = model;
  const store = logging && model.services.get(logging.store);
  const urls = store === undefined ? [] : urlsOf(store, host);
  if (logging === undefined || store === undefined || urls.length === 0) {
    const onlyStdout = { variables: { TELEMETRY_LOG_MODE: "stdout" }, source: logging?.source ?? service.source };
    return { settings: [onlyStdout], credentials: [] };
  }
  const writer = store.kind === "elasticsearch" ? elasticsearchSettingsOf(store).writer : undefined;
  const state = `stackwright-apps/${service.name}`;
  return {
    settings: [
      {
        variables: {
          TELEMETRY_LOG_MODE: "durable",
          TELEMETRY_LOG_DIRECTORY: `/var/lib/${state}`,
          TELEMETRY_LOG_ELASTICSEARCH_URLS: urls.join(","),
          TELEMETRY_LOG_DATA_STREAM: `logs-nodejs.app-${model.environment.replaceAll("-", "_")}`,
        },
        source: logging.source,
      },
      ...(writer !== undefined && "username" in writer
        ? [
            {
              variables: { TELEMETRY_LOG_ELASTICSEARCH_USERNAME: writer.username },
              source: [...store.source, "elasticsearch", "writer"],
            },
          ]
        : []),
    ],
    credentials: store.kind === "elasticsearch" ? credentialsOf(store) : [],
    state,
  };
}

function urlsOf(store: Service, host: Host): readonly string[] {
  if (store.kind === "stackwright") {
    const own = localStore(store, host);
    return own === undefined ? [] : [own];
  }
  const scheme = elasticsearchSettingsOf(store).tls === undefined ? "http" : "https";
  const port = store.port ?? 9200;
  return [
    ...store.instances.map((each) => joinHostPort(addressFrom(host, each.host), each.port ?? port)),
    ...store.external.map((each) => joinHostPort(each.host, each.port)),
  ]
    .map((address) => `${scheme}://${address}`)
    .toSorted();
}

function credentialsOf(store: Service): readonly Credential[] {
  const { tls, writer } = elasticsearchSettingsOf(store);
  const source = [...store.source, "elasticsearch"];
  const variable = "TELEMETRY_LOG_ELASTICSEARCH";
  const id = "telemetry-elasticsearch";
  return [
    ...(tls?.ca === undefined
      ? []
      : [{ variable: `${variable}_CA_FILE`, id: `${id}-ca`, from: tls.ca, source: [...source, "tls", "ca"] }]),
    ...(writer === undefined
      ? []
      : "api_key" in writer
        ? [
            {
              variable: `${variable}_API_KEY_FILE`,
              id: `${id}-api-key`,
              from: writer.api_key,
              source: [...source, "writer", "api_key"],
            },
          ]
        : [
            {
              variable: `${variable}_PASSWORD_FILE`,
              id: `${id}-password`,
              from: writer.password,
              source: [...source, "writer", "password"],
            },
          ]),
  ];
}
