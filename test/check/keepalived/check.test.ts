import { describe, expect, it } from "vitest";
import type { Artifact } from "../../../src/artifact/artifact.ts";
import { checkWithKeepalived } from "../../../src/check/keepalived/index.ts";
import type { Toolbox } from "../../../src/check/toolbox.ts";
import { built, configPath } from "../../render/keepalived/members.ts";

const artifacts = built();
const script = "/etc/keepalived/check-edge";

/** A machine without root: no namespaces. */
const withoutRights: Toolbox = {
  find: (name) => `/usr/bin/${name}`,
  run: async () => ({ exitCode: 1, output: "unshare: unshare failed: Operation not permitted" }),
  layOut: () => {
    throw new Error("nothing is laid out without root");
  },
};

/** The artifacts with the file at one path changed or gone. */
function changed(path: string, change: (artifact: Artifact) => Artifact | undefined): readonly Artifact[] {
  return artifacts.flatMap((artifact) =>
    artifact.installs.some((install) => install.path === path) ? (change(artifact) ?? []) : artifact,
  );
}

async function complaints(given: readonly Artifact[]): Promise<readonly (readonly [string, string])[]> {
  const [verdict] = await checkWithKeepalived(given, withoutRights);
  if (verdict?.state !== "failed") throw new Error(`the verdict is ${verdict?.state}`);
  return verdict.complaints.map(({ artifact, line, text }) => [
    artifact?.content.split("\n")[(line ?? 0) - 1]?.trim() ?? "",
    text,
  ]);
}

describe("the check with keepalived", () => {
  it("says that it was not done without root, and why", async () => {
    expect(await checkWithKeepalived(artifacts, withoutRights)).toEqual([
      {
        tool: "keepalived -t",
        state: "unchecked",
        reason: "it needs root, because keepalived refuses scripts that do not belong to root",
      },
    ]);
  });

  it("says that it was not done without keepalived", async () => {
    const [verdict] = await checkWithKeepalived(artifacts, { ...withoutRights, find: () => undefined });
    expect(verdict).toMatchObject({ state: "unchecked", reason: "keepalived is not here" });
  });

  it("has nothing to say where there is no virtual IP", async () => {
    expect(await checkWithKeepalived(built({ virtual_ips: {} }), withoutRights)).toEqual([]);
  });

  it("fails for a config that is missing or empty, with which keepalived -t is content", async () => {
    expect(await complaints(changed(configPath, () => undefined))).toEqual([
      ["", `lb1 has files of keepalived and no ${configPath}`],
      ["", `lb2 has files of keepalived and no ${configPath}`],
    ]);
    for (const content of ["", "\n\n", "# only a comment\n ! and another\n"])
      expect(await complaints(changed(configPath, (artifact) => ({ ...artifact, content })))).toEqual([
        ["", `${configPath} is empty`],
      ]);
  });

  it("fails for a script that is not there, that cannot be executed, or that others can change", async () => {
    const line = `script ${script}`;
    expect((await complaints(changed(script, () => undefined)))[0]).toEqual([
      line,
      `script ${script} is not generated for lb1`,
    ]);
    expect(await complaints(changed(script, (artifact) => ({ ...artifact, mode: 0o644 })))).toEqual([
      [line, `script ${script} has mode 0644: it cannot be executed`],
    ]);
    for (const mode of [0o777, 0o775])
      expect(await complaints(changed(script, (artifact) => ({ ...artifact, mode })))).toEqual([
        [line, `script ${script} has mode 0${mode.toString(8)} and belongs to root:root: others can change it`],
      ]);
    expect(await complaints(changed(script, (artifact) => ({ ...artifact, owner: "ops:ops" })))).toEqual([
      [line, `script ${script} has mode 0755 and belongs to ops:ops: others can change it`],
    ]);
  });
});
