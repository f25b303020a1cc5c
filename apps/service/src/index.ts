export { jsonBody } from "./body.ts";
export { type Check, createHealth, type Health } from "./health.ts";
export { answerProblems, noSuchPath, Problem } from "./problem.ts";
export { serve } from "./serve.ts";
export { listening, readSettings } from "./settings.ts";
export { type Answer, type Call, createUpstream, type Upstream } from "./upstream.ts";
