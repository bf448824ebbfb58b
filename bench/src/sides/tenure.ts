import type { OpenContender, OpenWorkload } from "../contender.ts";
export const openTenure: OpenContender = () => Promise.reject(new Error("not yet"));
export const openTransitions: OpenWorkload = () => Promise.reject(new Error("not yet"));
export const openTerms: OpenWorkload = () => Promise.reject(new Error("not yet"));
export const openRenewals: OpenWorkload = () => Promise.reject(new Error("not yet"));
