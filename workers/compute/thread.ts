import { parentPort, workerData } from "node:worker_threads";
import { fail } from "../../src/contract/failure.js";
import { nearest } from "../../src/contract/nearest.js";
import { Evaluation } from "../../src/diagnosis/evaluate/evaluation.js";
import { openSource } from "../etcd/source.js";
import { createCopy } from "./copy.js";
import { serve } from "./serve.js";
import { configOf } from "./setting.js";

/** The root of the compute thread: what takes long there holds up no job and no sign of life of the worker. */
const port = parentPort;
if (port === null) throw fail("internal", "the compute thread is started by a worker only");
const config = configOf((workerData as { etcd: unknown }).etcd);
const copy = createCopy({
  open: (attempt) => openSource(config, config.endpoints[attempt % config.endpoints.length] ?? ""),
  news: (level, text, fields) => port.postMessage({ tell: "news", level, text, fields }),
});
serve(port, copy, new Evaluation(nearest));
