import { describe, expect, it } from "vitest";
import { readLogSettings } from "../../../packages/telemetry/src/settings/logs.ts";

const service = { serviceName: "shop/../api" };
const url = "http://127.0.0.1:9200";

describe("settings of the log buffer", () => {
  it("have the documented defaults", () => {
    const { settings, problems } = readLogSettings({ urls: [url] }, { XDG_STATE_HOME: "/state" }, service);
    expect(problems).toEqual([]);
    expect(settings.mode).toBe("durable");
    expect(settings.buffer).toEqual({
      directory: "/state/shop_.._api/telemetry-logs",
      maxDiskBytes: 1_073_741_824,
      maxMemoryBytes: 16_777_216,
      maxAgeMs: 604_800_000,
      whenFull: "drop_oldest",
    });
  });

  it("come from the environment before the code", () => {
    const { settings, problems } = readLogSettings(
      { urls: [url], maxDiskBytes: 100_000, whenFull: "block" },
      {
        STATE_DIRECTORY: "/var/lib/shop:/var/lib/other",
        TELEMETRY_LOG_MAX_DISK_BYTES: "512MiB",
        TELEMETRY_LOG_MAX_MEMORY_BYTES: "1000000",
        TELEMETRY_LOG_MAX_AGE: "12h",
        TELEMETRY_LOG_WHEN_FULL: "drop_by_level",
      },
      service,
    );
    expect(problems).toEqual([]);
    expect(settings.buffer).toEqual({
      directory: "/var/lib/shop/telemetry-logs",
      maxDiskBytes: 536_870_912,
      maxMemoryBytes: 1_000_000,
      maxAgeMs: 43_200_000,
      whenFull: "drop_by_level",
    });
  });

  it.each([
    ["TELEMETRY_LOG_MAX_DISK_BYTES", "lots"],
    ["TELEMETRY_LOG_MAX_DISK_BYTES", "10"],
    ["TELEMETRY_LOG_MAX_AGE", "7"],
    ["TELEMETRY_LOG_WHEN_FULL", "panic"],
  ])("tell of %s=%s and use the default", (name, value) => {
    const { settings, problems } = readLogSettings({ urls: [url] }, { [name]: value }, service);
    expect(problems).toEqual([{ setting: name, message: expect.stringContaining(`is "${value}"`) }]);
    expect(settings.buffer).toMatchObject({
      maxDiskBytes: 2 ** 30,
      maxAgeMs: 604_800_000,
      whenFull: "drop_oldest",
    });
  });

  it("tell of an option that cannot be obeyed", () => {
    const { settings, problems } = readLogSettings({ urls: [url], maxDiskBytes: 1 }, {}, service);
    expect(problems.map(({ setting }) => setting)).toEqual(["maxDiskBytes"]);
    expect(settings.buffer.maxDiskBytes).toBe(2 ** 30);
  });
});
