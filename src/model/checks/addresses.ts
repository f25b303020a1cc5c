import type { Path } from "../../diagnostics/path.ts";
import { type Problem, problem } from "../../diagnostics/problem.ts";
import { parseIp } from "../ip.ts";
import type { Checked } from "./index.ts";

/** No two hosts or virtual IPs with one address, in whatever way it is written. */
export function checkAddresses({ model }: Checked): readonly Problem[] {
  const owners = new Map<string, { readonly what: string; readonly path: Path }>();
  const problems: Problem[] = [];
  const claim = (address: string, what: string, path: Path): void => {
    const ip = parseIp(address);
    if (ip === undefined) return;
    const key = `${ip.family} ${ip.value}`;
    const other = owners.get(key);
    if (other === undefined) owners.set(key, { what, path });
    else
      problems.push(
        problem("duplicate-address", path, `address ${address} of ${what} is also that of ${other.what} ({line})`, {
          mentions: other.path,
          hint: "give one of them an address of its own",
        }),
      );
  };
  for (const host of model.hosts.values())
    for (const leg of host.legs) claim(leg.address, `host "${host.name}"`, leg.source);
  for (const vip of model.virtualIps.values())
    claim(vip.address, `virtual IP "${vip.name}"`, [...vip.source, "address"]);
  return problems;
}
