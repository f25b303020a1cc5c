import type { Package } from "../signals/host.ts";

/** Node itself, for what we run and for applications; distributions have older ones than 22.15. */
export const nodePackage: Package = {
  debian: "nodejs",
  rhel: "nodejs",
  repository: "https://nodejs.org/en/download (22.15 or newer)",
};

/** The program `stackwright`, with the Node that it needs. */
export const stackwrightPackages: readonly Package[] = [nodePackage, { source: "npm install --global stackwright" }];
