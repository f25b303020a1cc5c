/**
 * What a file needs to run here instead of on its host. nginx listens on loopback alone, for a demo is nobody else's to
 * look at; the access log exporter is told where its files are. All other files are as on hosts, byte for byte.
 */
export function forDemo(root: string): (path: string, content: string) => string {
  return (path, content) => {
    if (path.startsWith("/etc/nginx/stackwright/"))
      return content
        .replaceAll(/^ *listen \[::\]:.*\n/gm, "")
        .replaceAll(/^( *listen) (\d+)(?=[ ;])/gm, "$1 127.0.0.1:$2");
    if (path === "/etc/stackwright/access-log.json")
      return content.replaceAll(/"(\/(?:etc\/nginx|run|var\/lib|var\/log)\/)/g, `"${root}$1`);
    return content;
  };
}
