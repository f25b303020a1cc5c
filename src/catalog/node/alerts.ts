import type { AlertTemplate } from "../../signals/alert.ts";
import { availability } from "./alerts/availability.ts";
import { hardware } from "./alerts/hardware.ts";
import { load } from "./alerts/load.ts";
import { network } from "./alerts/network.ts";
import { storage } from "./alerts/storage.ts";
import { system } from "./alerts/system.ts";

export const alerts: readonly AlertTemplate[] = [
  ...availability,
  ...storage,
  ...load,
  ...network,
  ...hardware,
  ...system,
];
