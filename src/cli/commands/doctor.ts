import { findTool, type Tool, tools, toolVersion } from "../../io/tools.ts";
import { type ExitCode, exit } from "../exit.ts";
import { printDocument } from "../output.ts";

interface Found {
  readonly tool: Tool;
  readonly path: string | undefined;
  readonly version: string | undefined;
}

/** Says which real tools are here. A missing one is no failure: what it would judge is then not checked. */
export async function doctor(options: { readonly json: boolean }): Promise<ExitCode> {
  const found = await Promise.all(
    Object.values(tools).map(async (tool): Promise<Found> => {
      const path = findTool(tool.name);
      return { tool, path, version: path === undefined ? undefined : await toolVersion(path, tool) };
    }),
  );
  if (options.json) {
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
