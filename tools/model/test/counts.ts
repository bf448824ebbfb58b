/** States, steps and depth of each size. They stand here so that a change of the rules, or a step that is possible no more, is noticed and meant. */
export const counts = {
  small: { states: 76_080, steps: 460_143, depth: 24 },
  pair: { states: 1_365_150, steps: 8_535_273, depth: 32 },
  three: { states: 1_200_559, steps: 9_023_973, depth: 25 },
} as const;
