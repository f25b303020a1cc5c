export { type DemoOptions, runDemo as demo } from "../demo/run.ts";
