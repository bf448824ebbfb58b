import { vitestConfig } from "./vitest.js";

export default vitestConfig();
