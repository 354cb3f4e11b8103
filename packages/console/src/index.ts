/** The pages of the operator console: what they show in, HTML out. */
export {};
