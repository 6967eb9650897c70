import type { Bench } from "./bench.js";
import { acknowledge } from "./paths/acknowledge.js";
import { etcd } from "./paths/etcd.js";
import { queue } from "./paths/queue.js";
import { ssh } from "./paths/ssh.js";

/** Every bench, in the order of the page. */
export const benches: readonly Bench[] = [queue, acknowledge, ssh, etcd];
