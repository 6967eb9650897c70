import type { ChangeRules } from "../cluster/changes.js";

/** What the configuration means where it says nothing, so that a dry run can tell how a change would be agreed to. */
export const usualRules: ChangeRules = {
  severities: {
    low: { approvers: 0, planLife: 1_800_000, keep: 600_000 },
    medium: { approvers: 1, planLife: 1_800_000, keep: 600_000 },
    high: { approvers: 2, planLife: 900_000, keep: 300_000 },
  },
  mediumEndpoints: 500,
  kinds: {},
  namespaces: {},
  selfApproval: false,
  ownRanges: [],
  canaries: [],
  canaryLoss: 2,
};
