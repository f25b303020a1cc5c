/** A path that routes were declared with (text, regular expression or several of them) as one template. */
export function templateOf(path: unknown): string {
  if (typeof path === "string") return path;
  if (path instanceof RegExp) return String(path);
  if (Array.isArray(path)) return path.length === 1 ? templateOf(path[0]) : `(${path.map(templateOf).join("|")})`;
  return "";
}

/** `/users` and `/:id` are `/users/:id`; a slash at the end says nothing. */
export function joinTemplates(mount: string, template: string): string {
  if (mount === "" || mount === "/") return template === "" ? "/" : template;
  if (template === "" || template === "/") return mount;
  const head = mount.endsWith("/") ? mount.slice(0, -1) : mount;
  return template.startsWith("/") && !template.startsWith("/^") ? head + template : `${head}/${template}`;
}
