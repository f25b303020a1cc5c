export type { Fault } from "./fault.ts";
export { createFaults, type Faults } from "./faults.ts";
