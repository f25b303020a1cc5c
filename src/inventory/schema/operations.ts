import { z } from "zod";
import { duration, grammar, name, port, ratio } from "../values.ts";

export const ssh = z
  .strictObject({
    user: grammar(/^[a-z_][a-z0-9_-]{0,31}$/, "a user name", ["ops"]).optional(),
    port: port.default(22),
    identity_file: grammar(/^~?[\w@%+=:,./-]+$/, "a path", ["~/.ssh/id_ed25519"]).optional(),
    become: z.enum(["sudo", "none"]).default("sudo"),
  })
  .meta({ description: "how hosts are reached" });

const batch = z.union([z.int().min(1), ratio]);

export const change = z
  .strictObject({
    batches: z.array(batch).min(1).default([1, 0.25, 1]),
    max_failures: z.int().min(0).default(0),
    concurrency: z.int().min(1).max(200).default(20),
    soak: duration.default("10s"),
    approval: z
      .record(
        z.enum(["low", "medium", "high"]),
        z.strictObject({ by: z.array(name).min(1), count: z.int().min(1).default(1) }).optional(),
      )
      .optional(),
  })
  .meta({ description: "how changes are brought to the hosts" });

const relativeGlob = grammar(
  /^(?!\/)(?!.*(?:^|\/)\.\.(?:\/|$))[\w@%+=:,.*?~/-]+$/,
  "a path below the inventory's folder",
  ["extra/*.yml"],
);

export const extra = z
  .strictObject({
    rules: z.array(relativeGlob).default([]),
    dashboards: z.array(relativeGlob).default([]),
    scrape_configs: z.array(relativeGlob).default([]),
  })
  .meta({ description: "own rules, dashboards and scrape configs; proven like ours and passed on unchanged" });

const timezonePattern = /^[A-Za-z][A-Za-z0-9_+/-]*$/;

export const timezone = grammar(timezonePattern, "an IANA time zone", ["Asia/Shanghai"])
  .superRefine((value, context) => {
    // Setting up a format loads tens of milliseconds of locale data; the list has all names in use but aliases.
    if (!timezonePattern.test(value) || value === "UTC" || Intl.supportedValuesOf("timeZone").includes(value)) return;
    try {
      new Intl.DateTimeFormat("en", { timeZone: value });
    } catch {
      context.addIssue({
        code: "custom",
        message: "is not a time zone",
        params: { code: "invalid-value", hint: "write a name such as Asia/Shanghai or UTC" },
      });
    }
  })
  .meta({ examples: ["Asia/Shanghai", "UTC"] });
