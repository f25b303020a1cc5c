import type { Problem } from "../../diagnostics/problem.ts";
import type { Model } from "../../model/model.ts";
import { buildInhibitions } from "../../render/alertmanager/inhibitions.ts";
import { occurrences } from "../../render/alertmanager/occurrences.ts";
import { buildRoutes } from "../../render/alertmanager/routes.ts";
import type { Signals } from "../../signals/signals.ts";
import { checkBridge } from "./bridge.ts";
import { checkInhibitions } from "./inhibitions.ts";
import { checkRoutes } from "./routes.ts";

/**
 * Walks every alert, for every service, owner and severity that it can have, through the routing tree to people:
 * who is never told, which route nothing takes, and which inhibition could hide something critical for ever.
 */
export function checkAlerting(model: Model, signals: Signals): readonly Problem[] {
  const { alerting } = model;
  if (alerting === undefined) return [];
  const root = buildRoutes(model, alerting, signals);
  const all = occurrences(model, signals);
  return [
    ...checkRoutes(alerting, root, all),
    ...checkBridge(model, alerting, root),
    ...checkInhibitions(alerting, root, buildInhibitions(model, signals), all),
  ];
}
