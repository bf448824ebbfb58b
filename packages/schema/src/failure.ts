/**
 * Every failure tenure reports, by its code, with the exit code of the command that ends with it.
 * Exit codes are those of sysexits(3), timeout(1) and the shell where they have one; 79 and 80 are tenure's own.
 */
export const failures = {
  EUSAGE: { exitCode: 64 },
  EINVALID: { exitCode: 65 },
  ESTOREUNAVAILABLE: { exitCode: 69 },
  EAMBIGUOUS: { exitCode: 69 },
  EINTERNAL: { exitCode: 70 },
  ELOCKED: { exitCode: 75 },
  EPAUSED: { exitCode: 75 },
  EPERMISSION: { exitCode: 77 },
  EFSUNSUPPORTED: { exitCode: 78 },
  EUNSAFETIMING: { exitCode: 78 },
  ECONFIG: { exitCode: 78 },
  ESCHEMAVERSION: { exitCode: 78 },
  ELEASELOST: { exitCode: 79 },
  ELEASEEXPIRED: { exitCode: 79 },
  ENOTACQUIRED: { exitCode: 79 },
  EFENCED: { exitCode: 79 },
  ESTATECORRUPT: { exitCode: 80 },
  EEPOCHREGRESSION: { exitCode: 80 },
  EACQUIRETIMEOUT: { exitCode: 124 },
  ENOTEXECUTABLE: { exitCode: 126 },
  ENOSUCHCOMMAND: { exitCode: 127 },
  EABORTED: { exitCode: 130 },
} as const;

export type FailureCode = keyof typeof failures;
