import { directive, type NginxArgument, type NginxNode } from "../../artifact/nginx-block.ts";
import { accessLogFields, accessLogFile, accessLogVariables } from "../../signals/access-log.ts";
import { map } from "./map.ts";
import type { NginxPlan } from "./plan.ts";

const { traceId, path, referrer, route, upstreamService } = accessLogVariables;

/** The access log, and the variables in it that nginx does not have. */
export function logging({ service }: NginxPlan): readonly NginxNode[] {
  const fields = accessLogFields(service.name);
  return [
    map({ variables: "$http_traceparent" }, traceId, [
      [
        "~^[0-9a-f]{2}-(?<traceparent_id>(?!0{32})[0-9a-f]{32})-[0-9a-f]{16}-[0-9a-f]{2}",
        { variables: "$traceparent_id" },
      ],
      ["default", ""],
    ]),
    map({ variables: "$request_uri" }, path, [
      ["~^(?<uri_path>[^?#]*)", { variables: "$uri_path" }],
      ["default", ""],
    ]),
    map({ variables: "$http_referer" }, referrer, [
      ["~^(?<referrer_path>[^?#]*)", { variables: "$referrer_path" }],
      ["default", ""],
    ]),
    // What a location sets; a request that reaches none has the empty text, without a warning in the error log.
    ...[route, upstreamService].map((variable) => map("", variable, [["default", ""]])),
    directive(
      "log_format",
      "stackwright",
      "escape=json",
      ...fields.map(({ key, value, isText }, index): NginxArgument => {
        const open = index === 0 ? "{" : "";
        const close = index === fields.length - 1 ? "}" : ",";
        const quote = isText ? '"' : "";
        return { variables: `${open}"${key}":${quote}${value}${quote}${close}` };
      }),
    ),
    directive("access_log", accessLogFile, "stackwright"),
  ];
}
