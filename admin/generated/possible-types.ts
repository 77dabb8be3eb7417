// Made by `npm run codegen` from the schema and the documents beside it.
export const possibleTypes: Record<string, string[]> = {
  Problem: ['AlertRuleConflict', 'AlertTargetConflict', 'AlreadyVerified', 'InvalidInput', 'JobFailed', 'NotFound', 'NotOnPlatform', 'PlatformUnavailable', 'VersionConflict'],
}
