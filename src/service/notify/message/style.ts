/** How a channel writes: what is emphasised, how links look, and what a value must not contain. */
export interface Style {
  /** A value from labels or annotations, so that it cannot pose as markup. */
  readonly value: (text: string) => string;
  readonly strong: (text: string) => string;
  readonly item: (text: string) => string;
  /** The address is clean already. */
  readonly link: (label: string, address: string) => string;
  /** Between facts in a line. */
  readonly separator: string;
  /** Stands where a text is cut. */
  readonly ellipsis: string;
  readonly newline: string;
  /** Between two notifications in one message. */
  readonly rule: string;
}

/** Hidden characters and those that change the direction of reading; line breaks, which would begin a line of ours. */
const hidden = /[\p{Cc}\p{Cs}\u00ad\u061c\u200b\u200e\u200f\u2028-\u202e\u2060-\u206f\ufeff\ufff9-\ufffb]+/gu;

/**
 * Characters that are markup in the markdown of WeCom and DingTalk, and look-alikes that are none. Neither documents an
 * escape. `<` also begins mentions and font tags.
 */
const lookalikes: Readonly<Record<string, string>> = {
  "[": "［",
  "]": "］",
  "*": "＊",
  "`": "ˋ",
  "<": "＜",
  ">": "＞",
  "#": "＃",
  "~": "～",
  "|": "｜",
  "\\": "＼",
  "!": "！",
};

/** For SMS: no markup at all, and no character of ours that makes the network send a text in three parts. */
export const plain: Style = {
  value: clean,
  strong: (text) => text,
  item: (text) => `- ${text}`,
  link: (label, address) => `${label}: ${address}`,
  separator: "; ",
  ellipsis: "...",
  newline: "\n",
  rule: "\n---\n",
};

/** For text messages of WeCom applications: no markup but `<a>`. They make addresses clickable by themselves. */
export const wecomText: Style = {
  ...plain,
  separator: " · ",
  ellipsis: "…",
  value: (text) => clean(text).replace(/[<>]/g, (character) => lookalikes[character] ?? ""),
};

/** For robots of WeCom. Source: https://developer.work.weixin.qq.com/document/path/91770 */
export const wecomMarkdown: Style = {
  value: withoutMarkup,
  strong: (text) => `**${text}**`,
  item: (text) => `> ${text}`,
  link: (label, address) => `[${label}](${address})`,
  separator: " · ",
  ellipsis: "…",
  newline: "\n",
  rule: "\n\n",
};

/** For robots of DingTalk. Source: https://open.dingtalk.com/document/orgapp/custom-robot-access */
export const dingtalkMarkdown: Style = {
  value: withoutMarkup,
  strong: (text) => `**${text}**`,
  item: (text) => `- ${text}`,
  link: (label, address) => `[${label}](${address})`,
  separator: " · ",
  ellipsis: "…",
  // One line break alone joins the lines.
  newline: "\n\n",
  rule: "\n\n---\n\n",
};

/** An address that a message may link to; undefined for what is no web address. */
export function linkAddress(text: string | undefined): string | undefined {
  if (text === undefined || !URL.canParse(text)) return undefined;
  const url = new URL(text);
  if (url.protocol !== "https:" && url.protocol !== "http:") return undefined;
  return url.href.replace(/[()[\]<>*`|]/g, (character) => `%${character.charCodeAt(0).toString(16).toUpperCase()}`);
}

function clean(text: string): string {
  return text.replace(hidden, " ").trim();
}

function withoutMarkup(text: string): string {
  return clean(text).replace(/[[\]*`<>#~|\\!]/g, (character) => lookalikes[character] ?? "");
}
