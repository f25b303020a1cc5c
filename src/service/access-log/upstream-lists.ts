/**
 * Splits what nginx writes into `$upstream_addr`, `$upstream_status` and the times: `, ` stands between instances that
 * were tried one after the other, ` : ` between groups of them after an internal redirect. Empty and `-` where no
 * instance was asked.
 * https://nginx.org/en/docs/http/ngx_http_upstream_module.html#var_upstream_addr
 */
export function splitAttempts(list: string): readonly string[] {
  if (list === "" || list === "-") return [];
  // Most requests need one attempt.
  if (!list.includes(", ") && !list.includes(" : ")) return [list];
  return list.split(/, | : /);
}

/** True for `ADDRESS:PORT` and `unix:PATH`: an instance. Else it is the name of an upstream without an instance to ask. */
export function isInstance(address: string): boolean {
  return /^(?:\[[0-9a-f:.]+\]|[0-9.]+):[0-9]+$/.test(address) || address.startsWith("unix:");
}
