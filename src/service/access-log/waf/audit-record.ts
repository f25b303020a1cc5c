import { isObject, parseObject } from "../json-line.ts";

/** What a record of ModSecurity's audit log says about one request. */
export interface AuditRecord {
  /** Id of the request, as in the access log. */
  readonly request: string;
  readonly client: string;
  /** In the time zone of the machine, and without naming it: `Sat Nov 21 09:05:33 2026`. */
  readonly time: string;
  /**
   * `none`: the record was written for another reason, such as the status of the answer, or the score was too low.
   * `detected`: it would have been refused, but the engine only looks on.
   */
  readonly outcome: "blocked" | "detected" | "none";
  /** Id of the first rule that matched, not of one that adds up the scores. */
  readonly rule: string;
}

/** Rules of the Core Rule Set that compare the score with its limit, in requests and in answers. */
const deciding = /^9[45]9[0-9]{3}$/;
/** These only report. */
const reporting = /^980[0-9]{3}$/;
const coreRuleSet = /^9[0-9]{5}$/;

/** Reads one line of the audit log; undefined where it is not such a record. */
export function readAuditRecord(line: string): AuditRecord | undefined {
  const transaction = parseObject(line)?.["transaction"];
  if (!isObject(transaction)) return undefined;
  const { client_ip: client, time_stamp: time, unique_id: request, response, producer, messages } = transaction;
  if (typeof client !== "string" || typeof time !== "string" || typeof request !== "string" || !isObject(producer))
    return undefined;
  const rules = Array.isArray(messages) ? messages.flatMap(ruleOf) : [];
  const code = isObject(response) ? Number(response["http_code"]) : 0;
  return {
    request,
    client,
    time,
    outcome: outcomeOf(rules, String(producer["secrules_engine"]), code),
    rule: rules.find((id) => !deciding.test(id) && !reporting.test(id)) ?? rules[0] ?? "",
  };
}

function outcomeOf(rules: readonly string[], engine: string, code: number): AuditRecord["outcome"] {
  const isOver = rules.some((id) => deciding.test(id));
  // Rules outside the Core Rule Set refuse by themselves, such as 200002 where a body cannot be read.
  const hasOwn = rules.some((id) => !coreRuleSet.test(id));
  if (engine === "DetectionOnly") return isOver || hasOwn ? "detected" : "none";
  if (engine !== "Enabled") return "none";
  return isOver || (hasOwn && code >= 400) ? "blocked" : "none";
}

function ruleOf(message: unknown): readonly string[] {
  const details = isObject(message) ? message["details"] : undefined;
  const id = isObject(details) ? String(details["ruleId"]) : "";
  return /^[0-9]{1,10}$/.test(id) ? [id] : [];
}
