/** Where the lab keeps its files and its state: LAB_DIR, or one place for all that start it by hand. */
export const labDir = (): string => process.env["LAB_DIR"] ?? "/tmp/calico-chatops-lab";
