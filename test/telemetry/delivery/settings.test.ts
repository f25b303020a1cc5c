import { createRequire } from "node:module";
import { resolve } from "node:path";
import { describe, expect, it } from "vitest";
import { openDirectSink } from "../../../packages/telemetry/src/logs/direct.ts";
import { readLogFileSettings } from "../../../packages/telemetry/src/settings/log-file.ts";
import { readLogStoreSettings } from "../../../packages/telemetry/src/settings/log-store.ts";
import { readLogSettings } from "../../../packages/telemetry/src/settings/logs.ts";
import { recordReports } from "../traces/reporting.ts";

const prefix = "TELEMETRY_LOG_ELASTICSEARCH_";

describe("settings of the log store", () => {
  it("come from the environment before the code", () => {
    const { settings, problems } = readLogStoreSettings(
      { urls: ["http://code:9200"], dataStream: "logs-code-x", username: "code", passwordFile: "/code" },
      {
        [`${prefix}URLS`]: "https://a:9200/, http://b:9200/es/",
        [`${prefix}USERNAME`]: "writer",
        [`${prefix}PASSWORD_FILE`]: "secret",
        [`${prefix}CA_FILE`]: "/etc/ca.pem",
        TELEMETRY_LOG_DATA_STREAM: "logs-nodejs.app-production",
      },
    );
    expect(problems).toEqual([]);
    expect(settings).toEqual({
      urls: ["https://a:9200", "http://b:9200/es"],
      dataStream: "logs-nodejs.app-production",
      username: "writer",
      passwordFile: resolve("secret"),
      apiKeyFile: undefined,
      caFile: "/etc/ca.pem",
    });
  });

  it("take no credentials from an address, and repeat none", () => {
    const { settings, problems } = readLogStoreSettings(
      {},
      { [`${prefix}URLS`]: "https://writer:s3cr3t@a:9200,s3cr3t@b,ftp://c:s3cr3t@d" },
    );
    expect(settings.urls).toEqual(["https://a:9200"]);
    expect(problems.length).toBe(3);
    expect(JSON.stringify(problems)).not.toContain("s3cr3t");
    expect(problems[0]?.message).toContain("TELEMETRY_LOG_ELASTICSEARCH_PASSWORD_FILE");
  });

  it.each(["Logs-App-Prod", "logs app", "-logs", "logs/app", "l".repeat(256)])(
    "refuse %j as a data stream and use the default",
    (name) => {
      const { settings, problems } = readLogStoreSettings({}, { TELEMETRY_LOG_DATA_STREAM: name });
      expect(settings.dataStream).toBe("logs-nodejs.app-default");
      expect(problems).toMatchObject([{ setting: "TELEMETRY_LOG_DATA_STREAM" }]);
    },
  );

  it("want a user with a password or none", () => {
    const { settings, problems } = readLogStoreSettings({ username: "writer" }, {});
    expect(settings.username).toBe(undefined);
    expect(problems).toMatchObject([{ setting: "TELEMETRY_LOG_ELASTICSEARCH_PASSWORD_FILE" }]);
  });

  it("without an address leave the logs on stdout, and say so where another mode is asked for", () => {
    const read = (mode: string) => readLogSettings({}, { TELEMETRY_LOG_MODE: mode }, { serviceName: "app" });
    expect(read("").settings.mode).toBe("stdout");
    expect(read("").problems).toEqual([]);
    for (const mode of ["durable", "fast", "direct"]) {
      expect(read(mode).settings.mode).toBe("stdout");
      expect(read(mode).problems).toMatchObject([{ setting: "TELEMETRY_LOG_ELASTICSEARCH_URLS" }]);
    }
    expect(read("file").settings.mode).toBe("file");
  });
});

describe("settings of the log file", () => {
  const place = { serviceName: "../app", directory: "/var/lib/app/logs" };

  it("have defaults that stay in the folder for logs", () => {
    expect(readLogFileSettings({}, {}, place).settings).toEqual({
      path: "/var/lib/app/logs/__app.ndjson",
      maxBytes: 100 * 2 ** 20,
      keep: 5,
    });
  });

  it("come from the environment, and a bad value is a problem", () => {
    const env = {
      TELEMETRY_LOG_FILE: "/l/app.log",
      TELEMETRY_LOG_FILE_MAX_BYTES: "8MiB",
      TELEMETRY_LOG_FILE_KEEP: "-1",
    };
    const { settings, problems } = readLogFileSettings({ keep: 2 }, env, place);
    expect(settings).toEqual({ path: "/l/app.log", maxBytes: 8 * 2 ** 20, keep: 2 });
    expect(problems).toMatchObject([{ setting: "TELEMETRY_LOG_FILE_KEEP" }]);
    expect(readLogFileSettings({}, { TELEMETRY_LOG_FILE_MAX_BYTES: "8" }, place).problems.length).toBe(1);
  });
});

it("the mode direct says what to do where pino-elasticsearch is missing", () => {
  const { settings } = readLogStoreSettings({ urls: ["http://a:9200"] }, {});
  const nowhere = createRequire("/nowhere/index.js");
  expect(() => openDirectSink({ store: settings, maxMemoryBytes: 1 }, recordReports().reporter, nowhere)).toThrow(
    /needs the package pino-elasticsearch, which is not installed; fix: npm install pino-elasticsearch/,
  );
});
