import { NoClient } from "./config.js";
import { End } from "./end.js";
import { openStore, type Store } from "./store.js";

/** The store, or the end of the command that cannot have one. */
export async function connected(configFile: string | undefined): Promise<Store> {
  try {
    return await openStore(configFile);
  } catch (error) {
    if (!(error instanceof NoClient)) throw error;
    throw new End(`Failed to create Calico API client: ${error.message}\n`, "stdout");
  }
}
