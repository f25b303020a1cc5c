import fc from "fast-check";

/** What breaks out of configs, templates, queries and terminals. */
export const cores = [
  '"; } location /x { return 200; }',
  "\n",
  "\r\n- evil: true",
  "$host",
  "$\u007bHOME}",
  "#",
  " # comment",
  "\u0000",
  "{{ .Labels }}",
  "{{ $labels.x }}",
  "{{",
  "}}",
  "!",
  "!!python/object",
  "\u202e",
  "\u2066abc\u2069",
  '"} or vector(1) #',
  "\\",
  '\\"',
  "'",
  "`id`",
  "$(id)",
  ": ",
  "- ",
  "&a",
  "*a",
  "| grep",
  "%{x}",
  "[[ .X ]]",
  "\u2028",
  "\u0085",
  "\ufeff",
  "no",
  "1:30",
  "010",
  "null",
  "~",
  "../../etc/cron.d/x",
  "-oProxyCommand=x",
  "root;reboot",
  "__proto__",
  "<script>",
  ".*",
  "a|b",
  "(?i)x",
  "$1",
  "=~",
  "𝒳\u0301",
] as const;

/** Any few code points. fast-check's own strings of them take a second to set up. */
const anything = fc
  .array(fc.integer({ min: 0, max: 0x10ffff }), { maxLength: 4 })
  .map((points) => String.fromCodePoint(...points));

/** A hostile value: one of the cores with something before and after it, or two of them. */
export const hostile: fc.Arbitrary<string> = fc
  .tuple(
    fc.constantFrom("", "", "a", "x y", '"', "{"),
    fc.constantFrom(...cores),
    fc.oneof(fc.constant(""), anything, fc.constantFrom(...cores)),
  )
  .map((parts) => parts.join("").replaceAll(/\p{Cs}/gu, ""));

/** So many hostile values, always the same for a seed. */
export function hostileValues(count: number, seed: number): readonly string[] {
  return fc.sample(hostile, { numRuns: count, seed });
}
