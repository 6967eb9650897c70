import type { Bench } from "./bench.js";
import { acknowledge } from "./paths/acknowledge.js";
import { approvals } from "./paths/approvals.js";
import { effect } from "./paths/effect.js";
import { etcd } from "./paths/etcd.js";
import { openstack } from "./paths/openstack.js";
import { plan } from "./paths/plan.js";
import { preview } from "./paths/preview.js";
import { queue } from "./paths/queue.js";
import { largeStatus } from "./paths/racks.js";
import { ssh } from "./paths/ssh.js";
import { status } from "./paths/status.js";

/** Every bench, in the order of the page. */
export const benches: readonly Bench[] = [status, largeStatus, queue, acknowledge, approvals, ssh, etcd, openstack, effect, preview, plan];
