/** The name of an environment. It is no text, so that nobody takes it for the name of a tier, which every row of ClickHouse carries. */
export type EnvironmentName = { readonly name: string }
