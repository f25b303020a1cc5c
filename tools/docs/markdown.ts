/** A table; cells are Markdown already. Bars in cells are escaped, line breaks become blanks. */
export function table(head: readonly string[], rows: readonly (readonly string[])[]): string {
  const line = (cells: readonly string[]): string => `| ${cells.map(cell).join(" | ")} |`;
  return [line(head), `|${" --- |".repeat(head.length)}`, ...rows.map(line)].join("\n");
}

/** Text as code; what holds backticks gets a longer fence, as CommonMark has it. */
export function code(text: string): string {
  if (!text.includes("`")) return `\`${text}\``;
  return `\`\` ${text} \`\``;
}

/** A page: paragraphs with a blank line between them, and the sentence that says where it comes from. */
export function page(title: string, parts: readonly string[]): string {
  return `${[`# ${title}`, "<!-- Written by `npm run docs`; change its source, not this page. -->", ...parts].join("\n\n")}\n`;
}

function cell(text: string): string {
  return text
    .replaceAll(/\s*\n\s*/g, " ")
    .replaceAll(/(?<!\\)\|/g, "\\|")
    .trim();
}
