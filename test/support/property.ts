import fc from "fast-check";

// The same cases in every run, so that a red run is red for what changed; PROPERTY_SEED tries others.
fc.configureGlobal({ seed: Number(process.env["PROPERTY_SEED"] ?? 417) });
