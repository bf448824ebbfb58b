import { describePackage } from "@tenure/package-checks";
import { server, skipped } from "./server.ts";

if (server !== null) process.env["NATS_URL"] = server.url;
describePackage(new URL("../", import.meta.url), { exampleSkipped: skipped });
