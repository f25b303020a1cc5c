/** The inventory of a command that is told no other. */
export const usualInventory = "inventory.yaml";
