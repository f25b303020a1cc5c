/** A place and a size on the page, in pixels. */
export interface Box {
  readonly x: number;
  readonly y: number;
  readonly width: number;
  readonly height: number;
}

/** An element with its attributes; text inside is to be escaped before. */
export function element(name: string, attributes: Readonly<Record<string, string | number>>, inner = ""): string {
  const printed = Object.entries(attributes).map(
    ([key, value]) => ` ${key}="${typeof value === "number" ? Number(value.toFixed(1)) : escaped(value)}"`,
  );
  return `<${name}${printed.join("")}>${inner}</${name}>`;
}

/** A line of text; `room` pixels are there for it. */
export function label(
  text: string,
  at: { readonly x: number; readonly y: number },
  style: {
    readonly fill: string;
    readonly size: number;
    readonly anchor?: string;
    readonly room?: number;
    readonly weight?: number;
  },
): string {
  const { fill, size, anchor = "start", room = Number.POSITIVE_INFINITY, weight = 400 } = style;
  const most = Math.max(1, Math.floor(room / (size * 0.56)));
  const shown = text.length > most ? `${text.slice(0, most - 1)}…` : text;
  return element(
    "text",
    { ...at, fill, "font-size": size, "text-anchor": anchor, "font-weight": weight },
    escaped(shown),
  );
}

function escaped(text: string): string {
  return text.replaceAll("&", "&amp;").replaceAll("<", "&lt;").replaceAll('"', "&quot;");
}
