// The npm package has no types.
declare module "workerd" {
  const workerd: {
    /** The path of the executable. */
    readonly default: string;
  };
  export default workerd;
}
