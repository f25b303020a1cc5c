/** An address without the prefix that IPv6 sockets put before IPv4. */
export function bareAddress(address: string): string {
  return address.replace(/^::ffff:(?=[\d.]+$)/i, "");
}

/** Whether an address is of this machine alone. */
export function isLoopback(address: string): boolean {
  const bare = bareAddress(address);
  return bare === "::1" || /^127(?:\.\d{1,3}){3}$/.test(bare);
}
