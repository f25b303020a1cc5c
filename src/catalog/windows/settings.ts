import { z } from "zod";
import { grammar } from "../../inventory/values.ts";

const serviceName = grammar(
  /^[A-Za-z0-9_.@-]([A-Za-z0-9_.@$ -]{0,254}[A-Za-z0-9_.@$-])?$/,
  "the name of a Windows service",
  ["VDImonitor"],
);

/** Collectors of windows_exporter that this kind knows metrics of. */
export const collectors = [
  "cpu",
  "logical_disk",
  "memory",
  "net",
  "os",
  "pagefile",
  "physical_disk",
  "service",
  "system",
  "tcp",
  "textfile",
  "time",
] as const;

/** What stands under `windows:`. */
export const windowsSettings = z.strictObject({
  services: z
    .array(serviceName)
    .default([])
    .meta({ description: "Windows services that have to run, as Get-Service names them, with upper and lower case" }),
  collectors: z
    .array(z.enum(collectors))
    .min(1)
    .default(["cpu", "logical_disk", "memory", "net", "os", "physical_disk", "service", "system", "time"])
    .meta({ description: "collectors of windows_exporter that are on: its own defaults and time" }),
});

export type WindowsSettings = z.output<typeof windowsSettings>;
