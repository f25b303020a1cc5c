/** Where something stands in the inventory: keys and list indexes from the root. */
export type Path = readonly (string | number)[];

/** `["services", "web", "hosts", 0]` → `services.web.hosts[0]`; the root is the empty string. */
export function formatPath(path: Path): string {
  let text = "";
  for (const step of path) {
    if (typeof step === "number") text += `[${step}]`;
    else text += text === "" ? step : `.${step}`;
  }
  return text;
}
