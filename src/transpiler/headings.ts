/** Stands above the program in the C++ that the built-in engine writes; its runtime comes before. */
export const PROGRAM_HEADING = '// ----- The program -----';
