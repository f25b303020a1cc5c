export { dropReasons } from "./drop-reason.ts";
export { openDurableSink, openFastSink, type SinkOptions } from "./open.ts";
