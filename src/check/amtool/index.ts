import type { Artifact } from "../../artifact/artifact.ts";
import { placeComplaint } from "../complaint.ts";
import type { Toolbox, Verdict } from "../toolbox.ts";

/** amtool judges the Alertmanager configs. */
export async function checkWithAmtool(artifacts: readonly Artifact[], toolbox: Toolbox): Promise<readonly Verdict[]> {
  const tool = "amtool check-config";
  const configs = artifacts.filter((artifact) => artifact.path.endsWith("/etc/prometheus/alertmanager.yml"));
  const amtool = toolbox.find("amtool");
  if (configs.length === 0) return [];
  if (amtool === undefined) return [{ tool, state: "unchecked", reason: "amtool is not here" }];
  const tree = toolbox.layOut(configs);
  const { exitCode, output } = await toolbox.run(
    amtool,
    ["check-config", ...configs.map((config) => config.path)],
    tree,
  );
  if (exitCode === 0)
    return [{ tool, state: "passed", detail: `${configs.length} config${configs.length === 1 ? "" : "s"}` }];
  const named = configs.map((artifact) => ({ name: artifact.path, artifact }));
  return [
    {
      tool,
      state: "failed",
      complaints: [placeComplaint(tool, output, named, configs.length === 1 ? configs[0] : undefined)],
    },
  ];
}
