import { placeOf, type Tool, tools, toolVersion } from "../../io/tools.ts";
import { type ExitCode, exit } from "../exit.ts";
import { printDocument, say } from "../output.ts";

interface Found {
  readonly tool: Tool;
  readonly path: string | undefined;
  readonly version: string | undefined;
}

/** What is asked of `doctor`; `seconds` and `inventory` belong to `vrid`. */
export interface DoctorOptions {
  readonly json: boolean;
  readonly vrid?: string;
  readonly seconds?: string;
  readonly inventory?: string;
}

/** Says which real tools are here, or listens for VRRP where an interface is named. */
export async function doctor({ json, vrid, seconds, inventory }: DoctorOptions): Promise<ExitCode> {
  if (vrid === undefined) {
    if (seconds === undefined && inventory === undefined) return doctorTools(json);
    say("error: --seconds and -i belong to --vrid; write stackwright doctor --vrid INTERFACE");
    return exit.usage;
  }
  const { doctorVrid, listeningSeconds } = await import("./doctor-vrid.ts");
  const duration = Number(seconds ?? listeningSeconds);
  if (!Number.isInteger(duration) || duration < 1 || duration > 3600) {
    say(`error: --seconds is ${JSON.stringify(seconds)}; write a whole number from 1 to 3600`);
    return exit.usage;
  }
  // tcpdump takes what begins with "-" for an option, and numbers for its own list of interfaces.
  if (vrid === "any" || !/^[A-Za-z][\w.@:-]{0,14}$/.test(vrid)) {
    say(`error: --vrid is ${JSON.stringify(vrid)}, which is no name of one interface; write one as in --vrid eth0`);
    return exit.usage;
  }
  return doctorVrid({ vrid, seconds: duration, inventory, json });
}

/** A missing tool is no failure: what it would judge is then not checked. */
async function doctorTools(json: boolean): Promise<ExitCode> {
  const found = await Promise.all(
    Object.values(tools).map(async (tool): Promise<Found> => {
      const path = placeOf(tool);
      return { tool, path, version: path === undefined ? undefined : await toolVersion(path, tool) };
    }),
  );
  if (json) {
    const list = found.map(({ tool, path, version }) => ({
      name: tool.name,
      purpose: tool.purpose,
      path: path ?? null,
      version: version ?? null,
      install: tool.install,
    }));
    printDocument({ schema: 1, command: "doctor", ok: true, tools: list });
    return exit.ok;
  }
  const width = Math.max(...found.map(({ tool }) => tool.name.length));
  for (const { tool, path, version } of found) {
    const state = path === undefined ? "missing" : (version ?? "found");
    const rest = path === undefined ? `get it with: ${tool.install}` : path;
    process.stdout.write(`${tool.name.padEnd(width)}  ${state.padEnd(9)}  ${tool.purpose}; ${rest}\n`);
  }
  return exit.ok;
}
