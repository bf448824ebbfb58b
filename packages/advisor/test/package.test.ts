import { describePackage } from "@tenure/package-checks";

describePackage(new URL("../", import.meta.url));
